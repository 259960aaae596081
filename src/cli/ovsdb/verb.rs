use clap::Subcommand;

use super::words::Words;

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// List the names of the server's databases
    #[command(override_usage = "netswitch ovsdb list-dbs [OPTIONS] [SERVER]")]
    ListDbs(Words),
    /// Print a database's schema as JSON
    #[command(override_usage = "netswitch ovsdb get-schema [OPTIONS] [SERVER] [DATABASE]")]
    GetSchema(Words),
    /// Print the version of a database's schema; an empty line if it has none
    #[command(override_usage = "netswitch ovsdb get-schema-version [OPTIONS] [SERVER] [DATABASE]")]
    GetSchemaVersion(Words),
    /// Print the checksum of a database's schema; an empty line if it has none
    #[command(override_usage = "netswitch ovsdb get-schema-cksum [OPTIONS] [SERVER] [DATABASE]")]
    GetSchemaCksum(Words),
    /// Print the names of a database's tables
    #[command(override_usage = "netswitch ovsdb list-tables [OPTIONS] [SERVER] [DATABASE]")]
    ListTables(Words),
    /// Print the names and types of the columns of a table, or of all tables
    #[command(
        override_usage = "netswitch ovsdb list-columns [OPTIONS] [SERVER] [DATABASE] [TABLE]"
    )]
    ListColumns(Words),
    /// Run a transaction and print the results of its operations as JSON
    ///
    /// TRANSACTION is ["DATABASE", OPERATION, …] (RFC 7047, section 4.1.3); "-" is standard input.
    #[command(override_usage = "netswitch ovsdb transact [OPTIONS] [SERVER] TRANSACTION")]
    Transact(Words),
    /// Run a transaction, print its results, and take back whatever it changed
    ///
    /// TRANSACTION is ["DATABASE", OPERATION, …] (RFC 7047, section 4.1.3); "-" is standard input.
    #[command(override_usage = "netswitch ovsdb query [OPTIONS] [SERVER] TRANSACTION")]
    Query(Words),
    /// Print what a database, a table or some of its columns hold
    #[command(
        override_usage = "netswitch ovsdb dump [OPTIONS] [SERVER] [DATABASE] [TABLE [COLUMN]...]"
    )]
    Dump(Words),
    /// Print what a table holds, and then every change of it until interrupted
    ///
    /// TABLE may be ALL. Without COLUMN it is all columns; !initial, !insert, !delete and !modify
    /// among them leave out that kind of change.
    #[command(
        override_usage = "netswitch ovsdb monitor [OPTIONS] [SERVER] [DATABASE] TABLE [COLUMN[,COLUMN]...]...\n       \
                          netswitch ovsdb monitor [OPTIONS] [SERVER] [DATABASE] ALL"
    )]
    Monitor(Words),
    /// Print the rows of a table that meet conditions, and then every change of them
    ///
    /// CONDITIONS are [["COLUMN", "==", VALUE], …] (RFC 7047, section 5.1), true or false among
    /// them; [] is every row. COLUMN is as for monitor. Of what is modified, the difference is
    /// printed.
    #[command(
        override_usage = "netswitch ovsdb monitor-cond [OPTIONS] [SERVER] [DATABASE] CONDITIONS TABLE [COLUMN[,COLUMN]...]"
    )]
    MonitorCond(Words),
    /// The same, beginning with what changed since a transaction, if the server knows it
    ///
    /// LAST-ID is what such a command printed as last_id before; a server of a clustered database
    /// knows the last ones, others none. Where it is not known, the rows are printed as they are.
    #[command(
        override_usage = "netswitch ovsdb monitor-cond-since [OPTIONS] [SERVER] [DATABASE] [LAST-ID] CONDITIONS TABLE [COLUMN[,COLUMN]...]"
    )]
    MonitorCondSince(Words),
    /// Wait until the server has or no longer has a database
    ///
    /// STATE is added, connected (for a clustered database: to its cluster) or removed. A server
    /// that is not there is waited for.
    #[command(override_usage = "netswitch ovsdb wait [OPTIONS] [SERVER] DATABASE STATE")]
    Wait(Words),
    /// Ask for a lock, print whether it is held, and then what happens to it until interrupted
    ///
    /// LOCK is a letter or _ followed by letters, digits or _.
    #[command(override_usage = "netswitch ovsdb lock [OPTIONS] [SERVER] LOCK")]
    Lock(Words),
    /// Take a lock from whoever has it, and print what happens to it until interrupted
    ///
    /// LOCK is a letter or _ followed by letters, digits or _.
    #[command(override_usage = "netswitch ovsdb steal [OPTIONS] [SERVER] LOCK")]
    Steal(Words),
    /// Give a lock back
    ///
    /// Locks belong to connections, and this one has none: the server says so. A lock is given back
    /// by ending the command that has it.
    #[command(override_usage = "netswitch ovsdb unlock [OPTIONS] [SERVER] LOCK")]
    Unlock(Words),
    /// Print whether a schema differs from that of the database it names: yes or no
    ///
    /// SCHEMA is a file with a schema as JSON (RFC 7047, section 3.2).
    #[command(override_usage = "netswitch ovsdb needs-conversion [OPTIONS] [SERVER] SCHEMA")]
    NeedsConversion(Words),
    /// Convert the database that a schema names to that schema
    ///
    /// SCHEMA is a file with a schema as JSON (RFC 7047, section 3.2). What the schema has no place
    /// for is lost.
    #[command(override_usage = "netswitch ovsdb convert [OPTIONS] [SERVER] SCHEMA")]
    Convert(Words),
    /// Write what a database holds to standard output, as a database file
    ///
    /// It has what is lasting: ovsdb-server serves the file as it stands, ovsdb-tool reads it, and
    /// restore brings it back.
    #[command(override_usage = "netswitch ovsdb backup [OPTIONS] [SERVER] [DATABASE] >FILE")]
    Backup(Words),
    /// Replace what a database holds by what a database file holds, in one transaction
    ///
    /// The rows get other identifiers; what they refer to stays. Their schema must be the
    /// database's, unless --force is given.
    #[command(
        override_usage = "netswitch ovsdb restore [OPTIONS] [--force] [SERVER] [DATABASE] <FILE"
    )]
    Restore(Words),
}
