use depot::old::Old;

const QUOTE: char = '"';
const TEXT: &str = r##"use depot::old::Old; "# depot::old::Old"##;

fn main() {
    let made = (r#"""#, depot::old::Old::new(1), r"\", Old::new(2), '\'', depot::old::OLD_MAX, b'"');
    println!("{:?} {QUOTE} {TEXT}", made);
    let lifetimes: (&'static str, fn(&Old) -> &u32) = (c"a".to_str().unwrap(), |old: &Old| &old.value);
    println!("{} {} // {}", lifetimes.0, (lifetimes.1)(&Old::new(3)), depot::old::old_make(4));
    println!("{:?} /* {:?} */", b"depot::old::Old", br#"depot::old::Old"#.len());
    println!("\
        depot::old::Old \" {} \\", depot::old::OLD_NAME);
    let _: char = '/'; /* ' depot::old::Old " */ let _: Old = Old::new(5); // '"'
}
