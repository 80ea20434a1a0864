//! From paths and bytes to packages: groups files, opens containers within limits, and lends their members' text.
