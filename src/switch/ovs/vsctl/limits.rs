use std::ffi::OsString;

use crate::plan::ArgumentLimits;

/// The longest argument that Linux takes, with its end (`MAX_ARG_STRLEN` in linux/binfmts.h).
const SINGLE: usize = 128 << 10;

/// What arguments and environment may take at the least and at the most, whatever the limit on the
/// stack is (`bprm_stack_limits` in fs/exec.c).
const TOTAL: (usize, usize) = (128 << 10, 6 << 20);

/// The names of variables that ovs-vsctl is given: where programs are, where Open vSwitch's sockets
/// are, and how OpenSSL is configured.
const VARIABLES: [&str; 3] = ["PATH", "OVS_RUNDIR", "OPENSSL_CONF"];

/// How many arguments this process can call ovs-vsctl with: a quarter of its limit on the stack,
/// but for the environment.
pub fn argument_limits() -> ArgumentLimits {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let (least, most) = TOTAL;
    let total = match stack_limit(&limits) {
        Some(bytes) => (bytes / 4).clamp(least, most),
        None => least,
    };
    let pointer = size_of::<usize>();
    let taken: usize = environment()
        .map(|(name, value)| name.len() + value.len() + 2 + pointer)
        .sum();
    ArgumentLimits {
        total: total.saturating_sub(taken),
        single: SINGLE,
    }
}

/// The environment of ovs-vsctl.
pub(super) fn environment() -> impl Iterator<Item = (&'static str, OsString)> {
    let set = |name: &&'static str| Some((*name, std::env::var_os(name)?));
    VARIABLES.iter().filter_map(set)
}

/// The soft limit in bytes (proc(5), /proc/pid/limits).
fn stack_limit(limits: &str) -> Option<usize> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max stack size"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(usize::MAX),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_on_the_stack_is_read() {
        let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
                    Max cpu time              unlimited            unlimited            seconds   \n\
                    Max stack size            8388608              unlimited            bytes     \n";
        assert_eq!(stack_limit(text), Some(8 << 20));
        assert_eq!(
            stack_limit("Max stack size   unlimited unlimited bytes"),
            Some(usize::MAX)
        );
        assert_eq!(stack_limit(""), None);
        let limits = argument_limits();
        assert!(
            limits.total > 64 << 10 && limits.total <= 6 << 20,
            "{limits:?}"
        );
    }
}
