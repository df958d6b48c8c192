//! Writes the messages of a database as tab-separated text, with a script that loads them through the `sqlite3` shell into
//! a table with the same indexes and the same full-text index. Used by `import_vs_sqlite.sh`:
//! `cargo bench --bench dump -- DATABASE FOLDER`.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let [database, folder] = arguments.as_slice() else {
        println!("dump: nothing written (cargo bench --bench dump -- DATABASE FOLDER)");
        return;
    };
    let folder = Path::new(folder);
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let (search, definition) = full_text(&db);
    let rows = write_rows(&db, "SELECT * FROM message ORDER BY id", &folder.join("message.tsv"));
    db.execute_batch(&format!("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, {search}, instance)"))
        .unwrap();
    // The index keeps no text. Its words in order of message are as much work to index as the text was.
    let words = "SELECT group_concat(term, ' ') FROM temp.terms GROUP BY doc ORDER BY doc";
    let documents = write_rows(&db, words, &folder.join("search.tsv"));

    let mut script = String::from("PRAGMA journal_mode = WAL;\nPRAGMA synchronous = NORMAL;\n");
    writeln!(script, "CREATE TABLE message ({});", columns(&db)).unwrap();
    let indexes = indexes(&db);
    for index in &indexes {
        writeln!(script, "{index};").unwrap();
    }
    writeln!(script, "{definition};\n.separator \"\\t\" \"\\n\"").unwrap();
    for table in ["message", search.as_str()] {
        let file = if table == "message" { "message.tsv" } else { "search.tsv" };
        writeln!(script, ".import {} {table}", folder.join(file).display()).unwrap();
    }
    script.push_str("SELECT count(*) FROM message;\n");
    fs::write(folder.join("load.sql"), script).unwrap();
    println!("{rows} rows, {} indexes, {documents} texts in: {definition}", indexes.len());
}

/// Name and definition of the full-text table. Shells before 3.43 do not know `contentless_delete`.
fn full_text(db: &Connection) -> (String, String) {
    let query = "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'";
    let (name, sql): (String, String) =
        db.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    (name, sql.replace(", contentless_delete=1", ""))
}

/// Names and types; checks and references are left out.
fn columns(db: &Connection) -> String {
    let mut statement = db.prepare("SELECT name, type, pk FROM pragma_table_info('message')").unwrap();
    let columns = statement.query_map([], |row| {
        let key = if row.get::<_, i64>(2)? > 0 { " PRIMARY KEY" } else { "" };
        Ok(format!("{} {}{key}", row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    });
    columns.unwrap().map(Result::unwrap).collect::<Vec<_>>().join(", ")
}

/// The indexes as they were made; those of UNIQUE columns are written out.
fn indexes(db: &Connection) -> Vec<String> {
    let query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'message'";
    let mut statement = db.prepare(query).unwrap();
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    found
        .map(|entry: rusqlite::Result<(String, Option<String>)>| {
            let (name, sql) = entry.unwrap();
            sql.unwrap_or_else(|| {
                let mut over = db.prepare(&format!("SELECT name FROM pragma_index_info('{name}')")).unwrap();
                let names = over.query_map([], |row| row.get::<_, String>(0)).unwrap();
                let names = names.map(Result::unwrap).collect::<Vec<_>>().join(", ");
                format!("CREATE UNIQUE INDEX unique_{} ON message ({names})", names.replace(", ", "_"))
            })
        })
        .collect()
}

fn write_rows(db: &Connection, query: &str, path: &Path) -> usize {
    let mut out = csv::WriterBuilder::new().delimiter(b'\t').from_path(path).unwrap();
    let mut statement = db.prepare(query).unwrap();
    let width = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        for column in 0..width {
            match row.get_ref(column).unwrap() {
                ValueRef::Null => out.write_field("").unwrap(),
                ValueRef::Integer(number) => out.write_field(number.to_string()).unwrap(),
                ValueRef::Real(number) => out.write_field(number.to_string()).unwrap(),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => out.write_field(bytes).unwrap(),
            }
        }
        out.write_record(None::<&[u8]>).unwrap();
        count += 1;
    }
    out.flush().unwrap();
    count
}
