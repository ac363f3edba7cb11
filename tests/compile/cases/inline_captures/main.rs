use depot::old::{OLD_MAX, OLD_NAME};
use std::fmt::Write;

fn main() {
    println!("{OLD_MAX}");
    println!("{OLD_NAME:>10} {{OLD_MAX}} {OLD_MAX:02}|{0}", OLD_MAX);
    let width = 5;
    println!("{OLD_NAME:width$} {:OLD_WIDTH$}", 1, OLD_WIDTH = 4);
    {
        let OLD = 3;
        println!("{OLD}");
    }
    {
        const OLD_MAX: u32 = 4;
        println!("{OLD_MAX}");
    }
    println!("{OLD_MAX}", OLD_MAX = 8);
    let mut text = String::new();
    write!(text, "{OLD_MAX:?}").unwrap();
    assert!(OLD_MAX == 7, "not {OLD_MAX}");
    println!("{}", text + &format!(r#"{OLD_NAME} "{OLD_MAX}""#));
    println!("{}", format_args!("{OLD_MAX}"));
    if OLD_MAX > 100 {
        panic!("{OLD_MAX}");
    }
}
