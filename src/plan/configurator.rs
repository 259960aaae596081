/// Who carries out the switch's part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Configurator {
    /// We ourselves, over the connection to the database.
    #[default]
    Native,
    /// ovs-vsctl(8), called with no more arguments than these at once.
    Vsctl(ArgumentLimits),
}

/// How many arguments a program can be called with (execve(2), "Limits on size of arguments and
/// environment").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArgumentLimits {
    /// All of them together, in bytes, each with its end and its pointer.
    pub total: usize,
    /// One of them, in bytes, with its end.
    pub single: usize,
}

impl ArgumentLimits {
    /// What an argument takes of the total.
    pub fn size(argument: &str) -> usize {
        argument.len() + 1 + size_of::<usize>()
    }
}
