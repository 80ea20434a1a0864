//! How cost grows: a whole check with SARIF over made-up packages of 1,000 and 10,000 flows, in time and peak memory; and
//! the start-up of the program on one flow of 10 kB, beside a process that does nothing.
//!
//! The aims: ten times the flows cost ten times the time; peak memory is at most 60 MB + 4 kB per flow + 2 kB per
//! finding; one flow from start to exit takes less than 5 ms more than `true`.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark")]

mod counting;

use flowvet::input::{Content, Input};
use flowvet::report::sarif::{DEFAULT_CATEGORY, Sarif};
use flowvet::report::{Emitter, ExitCode};
use flowvet::{Config, analyze};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    let mut times = Vec::new();
    for flows in [1_000, 10_000] {
        let package = package(flows);
        let size = package.len();
        let mut took = [Duration::ZERO; 2];
        let mut findings = 0;
        let peak = size
            + counting::peak_of(|| {
                let start = Instant::now();
                let input = Input { name: "Package.zip".into(), named: true, content: Content::Bytes(package) };
                let report = analyze([input], &Config::default());
                took[0] = start.elapsed();
                let sarif = Sarif { category: DEFAULT_CATEGORY, exit_code: ExitCode::Clean };
                sarif.emit(&report, &mut std::io::sink()).unwrap();
                took[1] = start.elapsed() - took[0];
                assert_eq!(report.stats.flows, flows);
                findings = report.findings.len();
            });
        println!(
            "{flows:>6} flows, {findings} findings: {:>5} ms and {} ms for SARIF, peak heap {:.0} MB of the {:.0} MB allowed",
            took[0].as_millis(),
            took[1].as_millis(),
            peak as f64 / 1e6,
            (60_000_000 + 4_000 * flows + 2_000 * findings) as f64 / 1e6,
        );
        times.push(took[0] + took[1]);
    }
    println!("growth: {:.1} times the time for 10 times the flows", times[1].as_secs_f64() / times[0].as_secs_f64());
    start_up();
}

/// The program on one flow of 10 kB, against a process that does nothing; smallest of many runs each.
fn start_up() {
    let flow = std::env::temp_dir().join("flowvet-start-up.json");
    std::fs::write(&flow, self::flow(0)).unwrap();
    let run = |command: &mut Command| {
        command.stdout(Stdio::null());
        let start = Instant::now();
        command.status().unwrap();
        start.elapsed()
    };
    let (mut ours, mut nothing) = (Duration::MAX, Duration::MAX);
    for _ in 0..40 {
        ours = ours.min(run(Command::new(env!("CARGO_BIN_EXE_flowvet")).arg("check").arg(&flow)));
        nothing = nothing.min(run(&mut Command::new("true")));
    }
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let size = std::fs::metadata(&flow).unwrap().len();
    println!("start to exit on a flow of {size} bytes: {:.1} ms, `true` takes {:.1} ms", ms(ours), ms(nothing));
    std::fs::remove_file(&flow).unwrap();
}

/// A solution zip of made-up flows.
fn package(flows: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut add = |name: &str, text: &str| {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    add(
        "solution.xml",
        "<ImportExportXml><SolutionManifest><UniqueName>Made</UniqueName><Version>1.0.0.0</Version><Managed>0</Managed></SolutionManifest></ImportExportXml>",
    );
    let id = |n: usize| format!("{n:08x}-1111-4111-8111-111111111111");
    let record = |n| {
        let id = id(n);
        format!(
            "<Workflow WorkflowId=\"{{{id}}}\" Name=\"Flow {n}\"><JsonFileName>/Workflows/Flow-{id}.json</JsonFileName><Category>5</Category></Workflow>"
        )
    };
    let records: String = (0..flows).map(record).collect();
    add("customizations.xml", &format!("<ImportExportXml><Workflows>{records}</Workflows></ImportExportXml>"));
    for n in 0..flows {
        add(&format!("Workflows/Flow-{}.json", id(n)), &flow(n));
    }
    zip.finish().unwrap().into_inner()
}

/// A flow of about 10 kB in the form that exports have: a loop, a condition, connector calls and expressions.
fn flow(n: usize) -> String {
    let mut actions = Vec::new();
    for step in 0..12 {
        let after = if step == 0 {
            String::new()
        } else {
            format!("\"Step_{}\": [\r\n            \"Succeeded\"\r\n          ]", step - 1)
        };
        actions.push(format!(
            r#"        "Step_{step}": {{
          "runAfter": {{ {after} }},
          "metadata": {{ "operationMetadataId": "{n:08x}-{step:04x}-4111-8111-111111111111" }},
          "type": "OpenApiConnection",
          "inputs": {{
            "host": {{
              "connectionName": "shared_commondataserviceforapps",
              "operationId": "UpdateRecord",
              "apiId": "/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps"
            }},
            "parameters": {{
              "entityName": "orders",
              "recordId": "@triggerOutputs()?['body/orderid']",
              "item/name": "@{{concat('Order ', string({n}), ' of ', formatDateTime(utcNow(), 'yyyy-MM-dd'))}}",
              "item/note": "a text that somebody wrote about step {step}"
            }},
            "authentication": "@parameters('$authentication')"
          }}
        }}"#
        ));
    }
    format!(
        r#"{{
  "properties": {{
    "connectionReferences": {{
      "shared_commondataserviceforapps": {{
        "runtimeSource": "embedded",
        "connection": {{ "connectionReferenceLogicalName": "made_dataverse" }},
        "api": {{ "name": "shared_commondataserviceforapps" }}
      }}
    }},
    "definition": {{
      "contentVersion": "1.0.0.0",
      "triggers": {{ "manual": {{ "type": "Request", "kind": "Button", "inputs": {{}} }} }},
      "actions": {{
{}
      }}
    }}
  }},
  "schemaVersion": "1.0.0.0"
}}"#,
        actions.join(",\r\n")
    )
}
