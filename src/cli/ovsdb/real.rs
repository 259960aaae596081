/// How many digits of a real are told: as many as survive being written and read (`DBL_DIG`).
const DIGITS: i32 = 15;

/// A real as Open vSwitch writes it: `%.15g` of printf(3).
pub(super) fn text(value: f64) -> String {
    let scientific = format!("{value:.0$e}", DIGITS as usize - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific; // Infinite, or no number.
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    match usize::try_from(DIGITS - 1 - exponent) {
        Ok(decimals) if exponent >= -4 => trimmed(&format!("{value:.decimals$}")).to_owned(),
        _ => {
            let sign = if exponent < 0 { '-' } else { '+' };
            let size = exponent.unsigned_abs();
            format!("{}e{sign}{size:02}", trimmed(mantissa))
        }
    }
}

/// Without the zeros at the end of a fraction.
fn trimmed(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn as_printf_writes_it() {
        for (value, written) in [
            (0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (100_000.0, "100000"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.333333333333333"),
            (2.0 / 3.0, "0.666666666666667"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-1.5e-7, "-1.5e-07"),
            (123_456_789_012_345.0, "123456789012345"),
            (999_999_999_999_999.9, "1e+15"),
            (1e15, "1e+15"),
            (123_456_789_012_345_678.0, "1.23456789012346e+17"),
            (1e300, "1e+300"),
            (f64::MIN_POSITIVE, "2.2250738585072e-308"),
        ] {
            assert_eq!(text(value), written);
        }
    }
}
