//! The file system: paths given on the command line to inputs. The only module that reads files.
