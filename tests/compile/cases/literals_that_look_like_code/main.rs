use depot::old::{old_make, OLD_MAX};

fn main() {
    let a = "// "; let b = old_make(1);
    let c = r##""# depot::OLD "##; let d = old_make(2);
    let e = '"'; let f = old_make(3); let g = b'\''; let h = '\''; let i = old_make(4);
    let j = "\" old_make(5)"; let k: &'static str = "a\
        old_make"; let l = c"old_make"; let m = br#"old_make"#;
    println!("{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l:?}{m:?}{}", OLD_MAX);
    let n = 1..OLD_MAX; let o = ..=OLD_MAX; let p = 1.max(OLD_MAX); let q = [(1u32, 2)][0].0.max(OLD_MAX);
    println!("{n:?} {o:?} {p} {q} {}", 0x1F_u32 + OLD_MAX/* OLD */*2);
}
