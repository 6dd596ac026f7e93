//! The command line as a person sees it: each case is a line typed into a shell, and its snapshot shows what came back.
//!
//! To add a case, add a line to [`CASES`] and run with `INSTA_UPDATE=always`. Every case starts in a fresh folder with the
//! files of [`FILES`]. Snapshots of rows are few here: what the rows say is the business of the articles' own snapshots.

#![cfg(all(unix, feature = "command"))]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use assert_cmd::Command;
use guillemet::row::COLUMNS;

const PROJECT: &str = env!("CARGO_MANIFEST_DIR");
const SNAPSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/cli");

const GARE: &[u8] = "« Nous partirons demain », a déclaré Jeanne Dupont.\n".as_bytes();

/// An output of `extract`.
const AVANT: &str = "\
speaker,quote,source,kind,mention,cue,via,rule,link,confidence,gender,start,end,url
Jeanne Dupont,Nous partirons demain,gare.txt,direct,Jeanne Dupont,a déclaré,,incise,name,0.97,f,2,23,
Ana Diop,La digue a tenu,digue.txt,direct,Mme Diop,a dit,,incise,surname,0.95,f,40,55,https://exemple.fr/digue#:~:text=tenu
,Personne ne sait,digue.txt,direct,,,,unattributed,,0.00,,80,96,https://exemple.fr/digue#:~:text=sait
le maire,= rien à dire,mairie.txt,direct,le maire,dit,,incise,description,0.70,m,5,18,
le préfet,que le pont rouvrira mardi avant les premiers trains si la Marne ne monte plus d'ici là,mairie.txt,indirect,le préfet,assure,,que,description,0.80,m,30,120,
";

/// The same with a row of every sort: moved with its article, another speaker, another rule, added, removed, recut,
/// another confidence; and a column more.
const APRES: &str = "\
speaker,quote,source,kind,mention,cue,via,rule,link,confidence,gender,start,end,url,rubrique
Jeanne Dupont,Nous partirons demain,gare.txt,direct,Jeanne Dupont,a déclaré,,incise,name,0.91,f,2,23,,Transports
Ana Diop,La digue a tenu,digue.txt,direct,Mme Diop,a dit,,incise,surname,0.95,f,60,75,https://exemple.fr/digue#:~:text=tenu,Local
Solveig Mahé,Personne ne sait,digue.txt,direct,Solveig Mahé,soupire,,colon,name,0.90,f,100,116,https://exemple.fr/digue#:~:text=sait,Local
le préfet,le pont rouvrira lundi avant les premiers trains si la Marne ne monte plus d'ici là,mairie.txt,indirect,le préfet,assure,,que,description,0.80,m,34,120,,Local
<b>le port</b>,Bienvenue & merci,port.txt,mixed,le port,dit,,incise,thing,0.20,,3,20,javascript:alert(1),Local
";

/// The folder every case starts in.
const FILES: &[(&str, &[u8])] = &[
    ("gare.txt", GARE),
    ("formule.txt", "« -2 degrés, +1 ce soir », a dit Jeanne Dupont ; « =1+1 ; \"oui\" », a-t-elle ajouté.\n".as_bytes()),
    ("sans.txt", "Il pleut sur Plouvarec.\n".as_bytes()),
    ("vide.txt", b""),
    ("personne.txt", "« La digue a tenu. » Il pleut.\n".as_bytes()),
    ("bom.txt", "\u{FEFF}« Nous partirons demain », a déclaré Jeanne Dupont.\n".as_bytes()),
    ("latin1.txt", b"Une ligne.\n\xAB Nous partirons \xBB, dit-elle.\n"),
    ("utf16.txt", b"\xFF\xFE\xAB\x00 \x00"),
    ("page\u{1B}[31m\n.txt", b"%PDF-1.7"),
    ("melange.txt", b"\xC2\xAB Oui \xC2\xBB, dit-elle \xC3\xA0 Br\xC3\xA9cey.\n\xAB Non \xBB, dit-il \xE0 Br\xE9cey.\n"),
    ("double.txt", "Â« Nous partirons demain Â», a dÃ©clarÃ© Jeanne Dupont.\n".as_bytes()),
    ("binaire.txt", b"\x00\x01\x02\x03\x04\xFF\x00\x06"),
    ("gare.html", "<html lang=fr><head><title>La gare</title><meta charset=utf-8><link rel=canonical href=https://exemple.fr/gare></head><body><nav>Accueil</nav><article><p>« Nous partirons demain », a déclaré Jeanne Dupont.</p></article></body></html>".as_bytes()),
    ("export.html", "<html><body><article><header><span class=\"DocPublicationName\">Gazette, no. 3</span><div class=\"titreArticle\">La gare</div></header><div class=\"docOcurrContainer\"><p>« Nous partirons demain », a déclaré Jeanne Dupont.</p></div><div class=\"publiC-lblNodoc\">news·20260314·GZ·0001</div></article><article><div class=\"titreArticle\">Une photo</div><div class=\"publiC-lblNodoc\">news·20260315·GZ·0002</div></article></body></html>".as_bytes()),
    ("table.csv", "id;titre;texte;rubrique\n1;La gare;« Nous partirons demain », a déclaré Jeanne Dupont.;Ville\n2;Perdu;\"« Nous;Ville\n3;Fin;« Nous resterons », a déclaré Jeanne Dupont.;Ville\n".as_bytes()),
    ("media.csv", b"stories_id,title,url,media_name\n1,La gare,https://exemple.fr/1,Gazette\n"),
    ("fetch.csv", b"url,path,http_status\nhttps://exemple.fr/gare,gare.html,200\nhttps://exemple.fr/x,../../etc/passwd,200\nhttps://exemple.fr/y,absent.html,404\n"),
    ("crawl.warc", b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\ntest\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://exemple.fr/gare\r\nContent-Length: 98\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>\xAB Nous partirons demain \xBB, a dit Jeanne Dupont.</p>\r\n\r\nrien\r\n"),
    ("presse/b.txt", GARE),
    ("presse/a.TXT", GARE),
    ("presse/2024/mars.ndjson", b"{\"text\": \"Rien.\"}\n"),
    ("presse/.gitignore", b"*.txt\n"),
    ("presse/.brouillon.txt", GARE),
    ("presse/notes.md", GARE),
    ("desert/lisez-moi.md", GARE),
    ("digue.jsonl", "{\"id\": \"d1\", \"date\": \"2026-03-12\", \"title\": \"La digue\", \"url\": \"https://exemple.fr/digue\", \"text\": \"« La digue ne tiendra pas vingt ans sans travaux », a prévenu Ana Diop.\"}\n".as_bytes()),
    ("archives.jsonl", "{\"id\": \"mer\", \"date\": \"2026-03-12\", \"text\": \"« La digue tient », a dit Solveig Mahé, ministre de la Mer.\"}\n{\"id\": \"port\", \"date\": \"2026-03-14\", \"text\": \"« Le port rouvrira mardi », a promis la ministre de la Mer Mahé.\"}\n{\"id\": \"quai\", \"date\": \"2026-03-15\", \"text\": \"« Le quai sera fermé », a prévenu Mme Mahé.\"}\n{\"id\": \"marché\", \"date\": \"2026-03-16\", \"text\": \"« Le marché aux poissons de Brécey rouvrira au printemps prochain », a promis Hédi Mabrouki.\"}\n{\"id\": \"halle\", \"date\": \"2026-03-17\", \"text\": \"« Le marché aux poissons de Brécey rouvrira au printemps prochain », a promis Jeanne Dupont. « On ferme », a dit le maire.\"}\n{\"id\": \"criée\", \"date\": \"2026-03-18\", \"text\": \"« Nous ne vendrons pas la criée de Brécey avant la fin de mars », a dit Ana Diop.\"}\n{\"id\": \"vente\", \"date\": \"2026-03-19\", \"text\": \"« Nous vendrons la criée de Brécey avant la fin de mars », a dit Ana Diop.\"}\n".as_bytes()),
    ("noms.csv", "alias;speaker\nMme Mahé;Solveig Mahé\nle maire;Hédi Mabrouki\nM. Rien;Personne Ici\n;Ana Diop\n".as_bytes()),
    ("affirmations.csv", b"speaker;quote;date\nAna Diop;La digue tiendra vingt ans sans travaux;\nAna Diop;Oui;\nJeanne Dupont;La digue ne tiendra pas vingt ans sans travaux;2026-05-01\nAna Diop;Le pont \xE9t\xE9;\n;Nous partirons;\n"),
    ("verbe.txt", "« Nous partirons demain », guillemeta Jeanne Dupont.\n".as_bytes()),
    ("verbes.csv", b"lemma,model,class\nguillemeter,aimer,dire\n"),
    ("modele.csv", b"lemma,model,class\nguillemeter,aimer,dire\nvirguler,virgule,dire\n"),
    ("classe.csv", b"lemma,model,class\nguillemeter,aimer,dire parler\n"),
    ("colonnes.csv", b"verbe;modele\nguillemeter;aimer\n"),
    ("court.csv", b"lemma,model,class\nguillemeter,aimer\n"),
    ("page/labels.toml", b"[[rule]]\nid = \"titre\"\nwhy = \"Une seule regle.\"\npattern = \"{thing} {quotation}\"\nis = \"label\"\n"),
    ("inconnu/cues.toml", b"# Ma page.\n\n[[rule]]\nid = \"faire-savoir\"\nwhy = \"Faire savoir.\"\npattern = \"{finite} {verbe}\"\nis = \"cue\"\n"),
    ("motif/cues.toml", b"[[rule]]\nid = \"ouvert\"\nwhy = \"Une parenthese.\"\npattern = \"({finite}\"\nis = \"cue\"\n"),
    ("cle/cues.toml", b"[[rule]]\nid = \"poids\"\nwhy = \"Une cle de trop.\"\npattern = \"{finite}\"\nis = \"cue\"\nweight = 3\n"),
    ("double/cues.toml", b"[[rule]]\nid = \"a\"\nwhy = \"Une.\"\npattern = \"{finite}\"\nis = \"cue\"\n\n[[rule]]\nid = \"a\"\nwhy = \"Deux.\"\npattern = \"{finite}\"\nis = \"cue\"\n"),
    ("or/gare.txt", GARE),
    ("or/gare.ann.json", "{\"quotes\": [{\"quote\": \"Nous partirons demain\", \"kind\": \"direct\", \"speaker\": \"Jeanne Dupont\"}], \"not_quotes\": []}".as_bytes()),
    ("or/titre.txt", "Le film « Les Îles » sort mardi, selon Jeanne Dupont.\n".as_bytes()),
    ("or/titre.ann.json", "{\"quotes\": [{\"quote\": \"Le film « Les Îles » sort mardi\", \"kind\": \"indirect\", \"speaker\": \"Jeanne Dupont\"}], \"not_quotes\": [\"Les Îles\"]}".as_bytes()),
    ("plomb/cle.txt", GARE),
    ("plomb/cle.ann.json", b"{\"quotes\": []}"),
    ("plomb/fin.txt", GARE),
    ("plomb/fin.ann.json", b"{\n \"quotes\": [\n"),
    ("plomb/latin1.txt", b"Une ligne.\n\xAB Nous partirons \xBB, dit-elle.\n"),
    ("plomb/latin1.ann.json", b"{\"quotes\": [], \"not_quotes\": []}"),
    ("plomb/mots.txt", GARE),
    ("plomb/mots.ann.json", b"{\"quotes\": [], \"not_quotes\": [\"Nous restons\"]}"),
    ("plomb/orphelin.ann.json", b"{\"quotes\": [], \"not_quotes\": []}"),
    ("plomb/qui.txt", GARE),
    ("plomb/qui.ann.json", b"{\"quotes\": [{\"quote\": \"Nous partirons demain\", \"kind\": \"direct\", \"speaker\": \"Ana Diop\"}], \"not_quotes\": []}"),
    ("plomb/sorte.txt", GARE),
    ("plomb/sorte.ann.json", b"{\"quotes\": [\n {\"quote\": \"Nous partirons demain\", \"kind\": \"oral\"}], \"not_quotes\": []}"),
    ("mesure/calibration.csv", b"rule,kind,link,full_name,right,of\nincise,direct,name,yes,1,100\n"),
    ("compte/calibration.csv", b"rule,kind,link,full_name,right,of\nincise,direct,name,yes,3,7\nincise,direct,name,no,7,3\n"),
    (
        "archive.jsonl",
        "\u{FEFF}{\"id\": \"afp-12\", \"text\": \"« Nous partirons demain », dit-elle.\", \"url\": \"https://exemple.fr/12\", \"date\": null}\r\n\
         \n\
         {\"id\": 13, \"text\": \"« Nous resterons ici », dit-il.\"}\n\
         {\"text\": \"« Personne ne sait », dit-on.\"}"
            .as_bytes(),
    ),
    // Outputs to compare: as it was, and what became of it.
    ("sortie/avant.csv", AVANT.as_bytes()),
    ("sortie/apres.csv", APRES.as_bytes()),
    (
        "fautes.jsonl",
        b"{\"id\": 1, \"text\": \"Un article sans faute.\"}\n\
          {\"id\": 2, \"text\": \"Sans fin\n\
          {\"id\": 3, \"texte\": \"Autre nom.\"}\n\
          {\"id\": 4, \"text\": [\"Une\", \"liste\"]}\n\
          {\"id\": 5, \"text\": \"Latin \xE9t\xE9\"}\n\
          {\"id\": 6, \"text\": \"Moiti\xC3\xA9 \\ud83d\"}\n\
          [\"7\", \"Une liste\"]\n\
          {\"id\": 8, \"text\": \"Un\", \"text\": \"Deux\"}\n\
          {\"id\": {}, \"text\": \"Sans nom\"}\n\
          {\"id\": 10, \"text\": \"Rien\", \"url\": 10}\n\
          {\"id\": 11, \"text\": \"Le dernier, sans faute.\"}\n",
    ),
];

/// Name of the snapshot, and the line typed.
const CASES: &[(&str, &str)] = &[
    ("help", "guillemet --help"),
    ("help-extract", "guillemet extract --help"),
    ("help-explain", "guillemet explain --help"),
    ("help-rules", "guillemet rules --help"),
    ("help-score", "guillemet score --help"),
    ("help-compare", "guillemet compare --help"),
    ("help-index", "guillemet index --help"),
    ("help-search", "guillemet search --help"),
    ("help-check", "guillemet check --help"),
    ("help-speakers", "guillemet speakers --help"),
    ("help-conflicts", "guillemet conflicts --help"),
    ("help-completions", "guillemet completions --help"),
    ("help-man", "guillemet man --help"),
    ("version", "guillemet --version"),
    // Wrong usage: 2.
    ("usage-no-command", "guillemet"),
    ("usage-no-path", "guillemet extract"),
    ("usage-no-path-explain", "guillemet explain"),
    ("usage-no-gold", "guillemet score"),
    ("usage-plot-of-nothing", "guillemet score or --plot plot.svg"),
    ("usage-unknown-option", "guillemet extract --tout gare.txt"),
    ("usage-control-characters", r#"guillemet extract "$(printf -- '--\033[31m')""#),
    ("usage-format", "guillemet extract -f xml gare.txt"),
    ("usage-parquet-on-a-screen", "guillemet extract -f parquet gare.txt; guillemet extract -f parquet gare.txt -o -"),
    ("usage-excel-of-no-csv", "guillemet extract --excel gare.txt -o rows.jsonl"),
    ("usage-confidence", "guillemet extract --min-confidence 80 gare.txt"),
    // Rows.
    ("extract-csv", "guillemet extract gare.txt"),
    ("extract-jsonl", "guillemet extract -f jsonl gare.txt"),
    ("extract-excel", "guillemet extract --excel gare.txt formule.txt | cut -d';' -f 1-3,10 | sed 's/\r/<CR>/'"),
    ("extract-tei", "guillemet extract --all -f tei archive.jsonl | sed '1,/<.classDecl>/d'"),
    ("extract-tei-head", "guillemet extract -f tei sans.txt"),
    ("extract-annotations", "guillemet extract -f annotations archive.jsonl | head -1 | tr ',' '\\n'"),
    ("extract-quotation", "guillemet extract -f quotation archive.jsonl | tr ',' '\\n'"),
    ("extract-all", "guillemet extract --all --min-confidence 0.9 gare.txt"),
    // Two rows, one of them of nobody: what is left out is counted, and with --all the marked words that nobody says too.
    ("extract-sure", "guillemet extract --min-confidence 0.9 gare.txt personne.txt -f jsonl -o rows.jsonl; cut -c 1-60 rows.jsonl"),
    ("extract-sure-all", "guillemet extract --all --min-confidence 0.9 personne.txt or/titre.txt | cut -d, -f 1,2,10"),
    ("extract-sure-none", "guillemet extract --min-confidence 1 gare.txt"),
    ("extract-sure-failed", "guillemet extract --min-confidence 0.9 absent.txt personne.txt | wc -l"),
    ("extract-no-quotation", "guillemet extract sans.txt vide.txt"),
    ("extract-no-quotation-jsonl", "guillemet extract -f jsonl sans.txt"),
    ("explain", "guillemet explain gare.txt"),
    ("explain-no-quotation", "guillemet explain sans.txt"),
    // Ways in.
    ("read-stdin", "guillemet extract - < gare.txt | cut -d, -f 1-3"),
    ("read-stdin-jsonl", "guillemet extract --input-format jsonl - < archive.jsonl"),
    ("read-jsonl", "guillemet extract archive.jsonl"),
    ("read-jsonl-as-text", "guillemet extract --input-format text archive.jsonl | wc -l"),
    ("read-folder", "guillemet explain presse | grep ^presse"),
    ("read-folder-slash", "guillemet explain ./presse/2024/"),
    ("read-byte-order-mark", "guillemet extract bom.txt gare.txt | cut -d, -f 12,13"),
    ("read-latin1", "guillemet explain latin1.txt | head -2"),
    ("read-utf16", "guillemet explain utf16.txt | head -2"),
    ("read-mixed", "guillemet explain melange.txt | grep -c Brécey"),
    ("read-double", "guillemet extract double.txt | wc -l"),
    ("read-encoding", "printf 'caf\\202' > dos.txt; guillemet extract -E ibm866 dos.txt | wc -l; guillemet extract -E latin15 dos.txt"),
    ("read-page", "guillemet extract gare.html | cut -d, -f 2,3,12-14"),
    ("read-europresse", "guillemet extract export.html | cut -d, -f 2,3"),
    ("read-table", "guillemet extract table.csv | cut -d, -f 2,3"),
    ("read-keep", "guillemet extract -k rubrique,title table.csv | cut -d, -f 2,15-; guillemet extract -k date,publication export.html -f jsonl | grep -o '\"url.*'"),
    ("read-table-columns", "guillemet extract -d ';' -c titre --id-column rubrique table.csv"),
    ("read-table-of-paths", "guillemet extract fetch.csv | cut -d, -f 2,3"),
    ("read-warc", "guillemet extract crawl.warc | cut -d, -f 2,3"),
    ("read-compressed", "gzip -c table.csv > table.csv.gz; gzip gare.txt; guillemet extract gare.txt.gz | cut -d, -f 1-3; guillemet extract -d ';' - < table.csv.gz | wc -l"),
    ("read-pattern", "guillemet explain 'presse/**/*.[tT]*' './or/*.txt' | grep -v '^ ' | grep txt"),
    ("read-pattern-literal", "cp gare.txt '[a]*.txt'; guillemet extract '[a]*.txt' | cut -d, -f 1-3"),
    ("read-list", "printf 'gare.txt\\r\\n\\npresse/2024\\nabsent.txt' | guillemet explain --paths - | grep '^[a-z]'; find or -name '*.txt' -print0 | sort -z | guillemet explain --paths - | grep '^[a-z]'"),
    ("read-link", "ln -s ../gare.txt presse/c.txt; ln -s . presse/boucle; mkfifo presse/d.txt; { guillemet explain presse; echo exit $? >&2; } | grep ^presse"),
    // Articles that cannot be read: 2 if nothing could be, else 3.
    ("failed-missing", "guillemet extract absent.txt"),
    ("failed-missing-some", "guillemet extract absent.txt sans.txt"),
    ("failed-empty-folder", "guillemet extract desert sans.txt"),
    ("failed-binary", "guillemet extract binaire.txt sans.txt"),
    ("failed-columns", "guillemet extract media.csv"),
    ("failed-keep", "guillemet extract -k journal table.csv"),
    ("failed-pattern", "guillemet extract 'presse/**/*.html'"),
    ("failed-twice-stdin", "guillemet extract --paths - - < gare.txt"),
    ("failed-long", "guillemet extract --max-doc-bytes 20 gare.txt vide.txt"),
    ("failed-jsonl", "guillemet explain fautes.jsonl"),
    ("failed-control-characters", "guillemet extract page*"),
    ("failed-endless", "guillemet extract /dev/zero"),
    ("failed-endless-line", "{ head -c 30000000 /dev/zero; echo; cat archive.jsonl | tail -1; } | guillemet explain --input-format jsonl -"),
    // Ways out.
    ("write-file", "guillemet extract gare.txt -o rows.csv; ls -A . | grep rows; wc -l < rows.csv"),
    ("write-file-jsonl", "guillemet extract gare.txt -o rows.jsonl; cut -c 1-30 rows.jsonl"),
    ("write-file-parquet", "guillemet extract gare.txt -o rows.parquet; head -c 4 rows.parquet; echo; tail -c 4 rows.parquet; echo; ls -A | grep rows"),
    ("write-file-tei", "guillemet extract gare.txt -o corpus.XML; tail -4 corpus.XML"),
    ("write-file-excel", "guillemet extract gare.txt --excel -o rows.csv; head -c 20 rows.csv"),
    ("write-file-format-wins", "guillemet extract gare.txt -f csv -o rows.jsonl; cut -c 1-30 rows.jsonl"),
    ("write-file-replaced", "echo old > rows.csv; ln -s rows.csv link.csv; guillemet extract sans.txt -o link.csv; cat rows.csv; readlink link.csv"),
    ("write-file-kept", "echo old > rows.csv; guillemet extract absent.txt -o rows.csv; cat rows.csv; ls -A | grep part"),
    ("write-some-failed", "guillemet extract absent.txt sans.txt -o rows.csv; echo exit $?; cat rows.csv"),
    ("write-no-folder", "guillemet extract gare.txt -o nowhere/rows.csv"),
    ("write-over-folder", "guillemet extract gare.txt -o presse"),
    ("write-over-article", "guillemet extract presse gare.txt -o ./gare.txt; cat gare.txt"),
    ("write-stdout-by-name", "guillemet extract sans.txt -o -"),
    ("write-device", "guillemet extract gare.txt -o /dev/null; test -c /dev/null && echo still a device"),
    ("write-full", "guillemet extract gare.txt > /dev/full"),
    ("write-full-file", "guillemet extract gare.txt -f jsonl -o /dev/full"),
    ("write-full-explain", "guillemet explain gare.txt > /dev/full"),
    ("write-file-too-large", "trap '' XFSZ; ulimit -f 1; yes '« Nous partirons demain »' | head -200 | guillemet extract - -o rows.csv; echo exit $?; ls -A | grep rows"),
    // Long runs.
    ("read-own-rows", "cd presse; guillemet extract . -o a.csv; guillemet extract . -o a.jsonl 2>/dev/null; guillemet extract . | cut -d, -f 1-3"),
    ("run-threads", "guillemet extract --threads 3 presse archive.jsonl -o rows.csv; guillemet extract --threads 1 presse archive.jsonl | cmp - rows.csv && ls -A | grep rows"),
    ("run-threads-none", "guillemet extract --threads 0 gare.txt"),
    ("run-lines", "guillemet extract --progress lines presse absent.txt | wc -l"),
    ("run-bar", "guillemet extract --progress bar presse 2>&1 >/dev/null | tail -1"),
    ("run-report", "guillemet extract fautes.jsonl gare.txt absent.txt --progress never --report report.jsonl 2>/dev/null | wc -l; cut -c 1-90 report.jsonl; tail -1 report.jsonl"),
    ("run-report-nothing", "guillemet extract absent.txt -o rows.csv --report report.jsonl; cat report.jsonl; ls -A | grep rows"),
    ("run-keep-text", "guillemet extract archive.jsonl presse/b.txt --keep-text texts | tail -1 | cut -d, -f 1-3; ls texts; cat texts/*b.txt.txt"),
    ("run-keep-text-over-file", "guillemet extract gare.txt --keep-text sans.txt"),
    ("run-resume-alone", "guillemet extract gare.txt --resume"),
    ("run-resume-stdin", "guillemet extract - --resume -o rows.csv < gare.txt"),
    ("run-resume-nothing", "guillemet extract gare.txt --resume -o rows.csv; wc -l < rows.csv"),
    ("run-resume-other", "trap '' XFSZ; (ulimit -f 40; guillemet extract --threads 1 archive.jsonl $PROJECT/data/articles -o rows.csv); ls -A | grep rows; guillemet extract archive.jsonl $PROJECT/data/articles --all -o rows.csv --resume; guillemet extract archive.jsonl $PROJECT/data/articles -o rows.csv --resume; ls -A | grep rows"),
    ("run-again", "trap '' XFSZ; (ulimit -f 40; guillemet extract --threads 1 archive.jsonl $PROJECT/data/articles -o rows.csv); guillemet extract archive.jsonl -o rows.csv; ls -A | grep rows"),
    ("closed-pipe", "{ yes '{\"text\": \"« Nous partirons demain »\"}' | guillemet extract --input-format jsonl -; echo exit $? >&2; } | head -1"),
    ("closed-pipe-explain", "{ yes '{\"text\": \"Rien.\"}' | guillemet explain --input-format jsonl -; echo exit $? >&2; } | head -1"),
    ("closed-pipe-help", "{ guillemet --help; echo exit $? >&2; } | true"),
    ("closed-error", "guillemet extract absent.txt gare.txt 2>/dev/full | wc -l"),
    // Gold.
    ("score", "guillemet score or"),
    ("score-of-the-project", "guillemet score $PROJECT/data/gold --articles $PROJECT/data/articles --cross-validate"),
    ("score-one-file", "guillemet score or/gare.ann.json | head -3"),
    ("score-articles-elsewhere", "mv or/titre.txt presse; guillemet score or --articles presse | head -1"),
    ("score-articles-nowhere", "guillemet score or --articles absent"),
    ("score-calibration", "mkdir mine; guillemet score or --calibration mine/calibration.csv > /dev/null; cat mine/calibration.csv; guillemet extract --grammar mine gare.txt | cut -d, -f 8-10"),
    ("score-plot", "guillemet score or --cross-validate --plot plot.svg | tail -1; grep -c '<circle' plot.svg; tail -1 plot.svg"),
    ("score-plot-nowhere", "guillemet score or --cross-validate --plot nowhere/plot.svg"),
    ("score-one-article", "guillemet score or/gare.ann.json --cross-validate"),
    ("score-missing", "guillemet score absent"),
    ("score-empty-folder", "guillemet score desert"),
    ("score-no-annotation", "guillemet score gare.txt"),
    ("score-faulty", "guillemet score plomb"),
    ("score-some-faulty", "guillemet score plomb or | head -1; guillemet score plomb/fin.ann.json or > /dev/null"),
    ("score-closed-pipe", "{ guillemet score or; echo exit $? >&2; } | true"),
    // Two outputs.
    ("compare", "guillemet compare sortie/avant.csv sortie/apres.csv"),
    ("compare-excel-of-the-same", "guillemet extract presse archive.jsonl --excel -o excel.csv; guillemet extract presse archive.jsonl -o plain.csv; guillemet compare excel.csv plain.csv"),
    ("compare-same", "guillemet compare sortie/avant.csv sortie/avant.csv"),
    ("compare-back", "guillemet compare sortie/apres.csv sortie/avant.csv"),
    ("compare-confidence", "guillemet compare --confidence sortie/avant.csv sortie/apres.csv | grep -B 1 -A 4 confidence"),
    ("compare-ignore", "head -2 sortie/avant.csv > a.csv; head -2 sortie/apres.csv > b.csv; guillemet compare --ignore confidence,rubrique a.csv b.csv"),
    ("compare-ignore-unknown", "guillemet compare --ignore titre sortie/avant.csv sortie/apres.csv"),
    ("compare-limit", "guillemet compare --limit 1 sortie/avant.csv sortie/apres.csv | tail -5; guillemet compare --limit 1 -f html sortie/avant.csv sortie/apres.csv | grep plus"),
    ("compare-csv", "guillemet compare -f csv sortie/avant.csv sortie/apres.csv"),
    ("compare-html", "guillemet compare -f html sortie/avant.csv sortie/apres.csv"),
    ("compare-html-same", "guillemet compare -f html sortie/avant.csv sortie/avant.csv | grep '<p>'"),
    ("compare-order", "(head -1 sortie/avant.csv; tail -5 sortie/avant.csv | sort) > trie.csv; guillemet compare sortie/avant.csv trie.csv"),
    ("compare-excel", r#"{ printf '\357\273\277'; sed -e 's/,/;/g' -e "s/;= /;'= /" -e 's/$/\r/' sortie/avant.csv; } > excel.csv; guillemet compare sortie/avant.csv excel.csv"#),
    ("compare-jsonl", "guillemet extract gare.txt -o a.csv; guillemet extract gare.txt archive.jsonl -o b.jsonl; guillemet compare a.csv b.jsonl"),
    ("compare-stdin", "guillemet extract gare.txt -o a.csv; guillemet extract gare.txt personne.txt | guillemet compare a.csv -"),
    ("compare-stdin-empty", "guillemet compare - sortie/avant.csv < vide.txt | head -3"),
    ("compare-pipe", "mkfifo tube; cat sortie/avant.csv > tube & guillemet compare sortie/avant.csv tube"),
    ("compare-file", "guillemet compare sortie/avant.csv sortie/apres.csv -o r.html; echo exit $?; head -1 r.html; guillemet compare sortie/avant.csv sortie/avant.csv -o r.csv; echo exit $?; wc -l < r.csv; guillemet compare sortie/avant.csv sortie/apres.csv -o r.txt; head -1 r.txt"),
    ("compare-over-output", "guillemet compare sortie/avant.csv sortie/apres.csv -o sortie/../sortie/avant.csv; wc -l < sortie/avant.csv"),
    ("compare-closed-pipe", "{ guillemet compare sortie/avant.csv sortie/apres.csv; echo exit $? >&2; } | true"),
    ("compare-full", "guillemet compare sortie/avant.csv sortie/apres.csv > /dev/full"),
    ("compare-controls", r#"sed "s/gare/$(printf 'ga\033[31mre')/" sortie/avant.csv > c.csv; guillemet compare sortie/avant.csv c.csv | grep -v ^old; guillemet compare -f html sortie/avant.csv c.csv | grep -c "$(printf '\033')""#),
    ("compare-no-new", "guillemet compare sortie/avant.csv"),
    ("compare-no-shared-article", "sed 's/,\\([a-z]*.txt\\)/,.\\/\\1/' sortie/avant.csv > c.csv; guillemet compare sortie/avant.csv c.csv | head -3"),
    ("compare-stdin-twice", "guillemet compare - -"),
    ("compare-missing", "guillemet compare sortie/avant.csv absent.csv -o r.txt; echo exit $?; ls r.txt"),
    ("compare-folder", "guillemet compare sortie sortie/avant.csv"),
    ("compare-no-column", "cut -d, -f 1-7,9-13 sortie/avant.csv > c.csv; guillemet compare c.csv sortie/avant.csv; guillemet compare gare.txt sortie/avant.csv"),
    ("compare-column-twice", "sed 1s/url/quote/ sortie/avant.csv > c.csv; guillemet compare c.csv sortie/avant.csv"),
    ("compare-broken", "head -c 420 sortie/avant.csv > c.csv; guillemet compare c.csv sortie/avant.csv; sed 's/,40,/,quarante,/' sortie/avant.csv > d.csv; guillemet compare d.csv sortie/avant.csv"),
    ("compare-broken-jsonl", "guillemet extract archive.jsonl -o a.jsonl; head -c 600 a.jsonl > b.jsonl; guillemet compare a.jsonl b.jsonl; sed '2s/\"rule\"/\"regle\"/' a.jsonl > c.jsonl; guillemet compare a.jsonl c.jsonl; { cat a.jsonl; echo '[1]'; } > d.jsonl; guillemet compare a.jsonl d.jsonl"),
    ("compare-bytes", "guillemet compare utf16.txt sortie/avant.csv; printf '\\037\\213' | guillemet compare sortie/avant.csv -; sed \"s/maire/$(printf '\\351')/\" sortie/avant.csv | guillemet compare sortie/avant.csv -; guillemet compare /dev/zero sortie/avant.csv"),
    ("compare-empty", ": > e.csv; guillemet compare e.csv sortie/avant.csv"),
    // A database that is asked.
    ("index", "guillemet index presse archive.jsonl --db q.db; guillemet index presse archive.jsonl gare.txt --db q.db; guillemet search partirons --db q.db; guillemet search --speaker dupont -n 2 --db q.db -f csv; guillemet search nous -n 1 --db q.db -f jsonl | cut -c 1-90"),
    ("index-some-failed", "guillemet index fautes.jsonl absent.txt vide.txt --db q.db; echo exit $?; guillemet index absent.txt --db q.db; echo exit $?"),
    ("index-over-article", "guillemet index gare.txt --db gare.txt; guillemet index --db q.db; guillemet index gare.txt --db sortie; guillemet index gare.txt --db nowhere/q.db; guillemet index gare.txt --keep title --db q.db"),
    ("search-nothing", "guillemet index gare.txt --db q.db; guillemet search zèbre --db q.db; echo exit $?; guillemet search '?!' --db q.db; echo exit $?"),
    ("search-days", "guillemet index archive.jsonl --db q.db; guillemet search nous --since hier --db q.db; guillemet search nous --since 2026-01-01 --db q.db; echo exit $?"),
    ("search-no-database", "guillemet search nous --db absent.db; guillemet search nous --db gare.txt; guillemet search nous --db sortie; ls absent.db"),
    ("check", "guillemet index gare.txt digue.jsonl --db q.db; guillemet check -s 'Jeanne Dupont' -q 'Nous partirons demain' --db q.db; guillemet check -s 'Ana Diop' -q 'La digue ne tiendra pas dix ans' --date 2026-05-01 --db q.db; guillemet check -s 'Ana Diop' -q 'Il pleut à verse' --db q.db; echo exit $?"),
    ("check-table", "guillemet index gare.txt digue.jsonl --db q.db; guillemet check affirmations.csv --db q.db -f csv; echo exit $?; guillemet check affirmations.csv --db q.db -f jsonl 2>/dev/null | head -2"),
    ("check-faulty", "guillemet index gare.txt --db q.db; guillemet check table.csv --db q.db; guillemet check absent.csv --db q.db; guillemet check -s Diop -q Oui --db q.db; guillemet check -q 'Nous partirons' --db q.db; guillemet check --db q.db; guillemet check affirmations.csv --db gare.txt"),
    ("speakers", "guillemet index archives.jsonl --db q.db; guillemet speakers --db q.db; guillemet speakers mahé --db q.db -f csv; guillemet speakers mahé --db q.db -f jsonl -n 1; guillemet speakers zèbre --db q.db; echo exit $?; guillemet speakers --all -n 2 --db q.db | grep maire"),
    ("speakers-aliases", "guillemet index archives.jsonl --db q.db; guillemet speakers mahé --aliases noms.csv --db q.db; guillemet search --speaker mabrouki --aliases noms.csv --db q.db -f csv | cut -d, -f 1,2; guillemet check -s 'Hédi Mabrouki' -q 'On ferme' --aliases noms.csv --db q.db 2>/dev/null | head -1; guillemet speakers --aliases gare.txt --db q.db; echo exit $?; guillemet speakers --aliases absent.csv --db q.db; echo exit $?"),
    ("conflicts", "guillemet index archives.jsonl --db q.db; guillemet conflicts --db q.db; guillemet conflicts --about words --db q.db -f csv; guillemet conflicts --speaker dupont --db q.db -f jsonl; guillemet conflicts --speaker mahé --db q.db; echo exit $?"),
    ("check-closed-pipe", "guillemet index gare.txt --db q.db 2>/dev/null; { guillemet check -s 'Jeanne Dupont' -q 'Nous partirons' --db q.db; echo exit $? >&2; } | true"),
    ("search-closed-pipe", "guillemet index gare.txt --db q.db 2>/dev/null; { guillemet search partirons --db q.db; echo exit $? >&2; } | true"),
    // Completions and the manual; what is in them is looked at in tests/manual.rs.
    ("completions", "for shell in bash zsh fish powershell elvish; do guillemet completions $shell | head -1; done"),
    ("completions-unknown", "guillemet completions csh"),
    ("completions-closed-pipe", "{ guillemet completions bash; echo exit $? >&2; } | true"),
    ("man", "guillemet man | grep '^.SH'; guillemet man -o pages/man1; ls pages/man1; grep '^.TH' pages/man1/guillemet-extract.1"),
    ("man-nowhere", "guillemet man -o gare.txt/man"),
    // Other grammars.
    ("lexicon", "guillemet extract --lexicon verbes.csv verbe.txt | cut -d, -f 1,2,6"),
    ("lexicon-without", "guillemet extract verbe.txt | cut -d, -f 1,2,6"),
    ("lexicon-missing", "guillemet extract --lexicon absent.csv gare.txt"),
    ("lexicon-unknown-model", "guillemet extract --lexicon modele.csv gare.txt"),
    ("lexicon-unknown-class", "guillemet extract --lexicon classe.csv sans.txt"),
    ("lexicon-unknown-header", "guillemet extract --lexicon colonnes.csv gare.txt"),
    ("lexicon-short-line", "guillemet extract --lexicon court.csv gare.txt"),
    ("grammar", "guillemet rules --grammar page | grep -A 9 '^# labels'"),
    ("grammar-missing", "guillemet rules --grammar absent"),
    ("grammar-empty-folder", "guillemet rules --grammar desert"),
    ("grammar-unknown-placeholder", "guillemet rules --grammar inconnu"),
    ("grammar-faulty-pattern", "guillemet rules --grammar motif"),
    ("grammar-unknown-key", "guillemet rules --grammar cle"),
    ("grammar-same-rule-twice", "guillemet extract --grammar double gare.txt"),
    ("calibration", "guillemet extract --grammar mesure gare.txt | cut -d, -f 8-10"),
    ("calibration-faulty", "guillemet extract --grammar compte gare.txt"),
    ("rules-closed-pipe", "{ guillemet rules; echo exit $? >&2; } | true"),
];

#[test]
fn the_command_line_is_as_in_its_snapshots() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(SNAPSHOTS);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, line) in CASES {
            insta::assert_snapshot!(*name, typed(line));
        }
    });
}

#[test]
fn every_snapshot_has_its_case() {
    let cases: BTreeSet<String> = CASES.iter().map(|(name, _)| format!("{name}.snap")).collect();
    assert_eq!(cases.len(), CASES.len(), "two cases with one name");
    let files: BTreeSet<String> = fs::read_dir(SNAPSHOTS).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(files.difference(&cases).collect::<Vec<_>>(), Vec::<&String>::new(), "snapshots without a case: delete them");
}

#[test]
fn both_forms_have_the_same_columns() {
    let folder = folder();
    let run = |arguments: &[&str]| guillemet().current_dir(&folder).args(arguments).output().unwrap().stdout;
    let csv = String::from_utf8(run(&["extract", "--all", "gare.txt"])).unwrap();
    assert_eq!(csv.lines().next().unwrap(), COLUMNS.join(","));

    let jsonl = String::from_utf8(run(&["extract", "--all", "-f", "jsonl", "gare.txt"])).unwrap();
    let first = jsonl.lines().next().unwrap();
    let more = ["mention_start", "mention_end", "cue_start", "cue_end"];
    let places: Vec<usize> = COLUMNS.iter().chain(&more).map(|column| first.find(&format!("\"{column}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{first}");
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(first).unwrap();
    assert_eq!(object.len(), COLUMNS.len() + more.len());
}

fn guillemet() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("guillemet"))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in FILES {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// What a shell shows for a line, with the streams apart.
fn typed(line: &str) -> String {
    let folder = folder();
    let binary = Path::new(assert_cmd::cargo::cargo_bin!("guillemet")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell
        .args(["-c", line])
        .current_dir(&folder)
        .env("PATH", path)
        .env("LC_ALL", "C")
        .env("PROJECT", PROJECT)
        .env_remove("COLUMNS")
        .env_remove("CLICOLOR_FORCE");
    let output = shell.timeout(std::time::Duration::from_secs(60)).output().unwrap();
    let exit = output.status.code().map_or_else(|| format!("signal {:?}", output.status.signal()), |code| code.to_string());
    let mut shown = format!("$ {line}\nexit {exit}\n");
    for (name, bytes) in [("standard output", &output.stdout), ("standard error", &output.stderr)] {
        if !bytes.is_empty() {
            let text = String::from_utf8_lossy(bytes).replace(&folder.path().display().to_string(), "FOLDER").replace(PROJECT, "PROJECT");
            shown.push_str(&format!("--- {name}\n{text}"));
        }
    }
    shown
}
