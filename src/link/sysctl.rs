//! What of a device is set by sysctl alone (the kernel's Documentation/networking/ip-sysctl.rst).

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use crate::model::{Ipv6Parameter, NicName};

/// Where IPv6 keeps its parameters: those of the network namespace of the thread that looks.
const IPV6: &str = "/proc/sys/net/ipv6/conf";

/// Entries there that are no devices: they would change every device.
const GLOBAL: [&str; 2] = ["all", "default"];

/// What the kernel answers to what makes no sense (asm-generic/errno-base.h).
const EINVAL: i32 = 22;

/// `sysctl -w net.ipv6.conf.NAME.PARAMETER=1`, or `…=0`.
///
/// The kernel makes the change before this returns. [`ErrorKind::NotFound`]: the device is not
/// there or has no IPv6, as its MTU is too small for it or the kernel has none.
///
/// [`ErrorKind::NotFound`]: io::ErrorKind::NotFound
pub(super) fn set(name: &NicName, parameter: Ipv6Parameter, value: bool) -> io::Result<()> {
    if GLOBAL.contains(&name.as_str()) {
        return Err(io::Error::from_raw_os_error(EINVAL));
    }
    let file = Path::new(IPV6).join(name.as_str()).join(parameter.as_str());
    // Such a file is there or not: nothing must be made in its place.
    let mut file = OpenOptions::new().write(true).open(file)?;
    file.write_all(if value { b"1" } else { b"0" })
}
