"""R21 to R28: killed, refused by the disk, interrupted, read by nobody.

crash.py                  all of them, 200 kills, every call
crash.py --kills 2000     as before a release
crash.py --only R23       one of them

A reference is made by one undisturbed run. Every other run is disturbed, and then run again until it ends: its output must
have the same bytes. Only processes that this script starts are killed. Needs strace."""
import argparse, glob, os, random, re, resource, shutil, signal, subprocess, tempfile, time
from goals import BIN, ROOM, archive, digest, end, knows, verdict

SYNC = ("write", "fsync", "fdatasync", "rename", "renameat2", "openat", "ftruncate", "pwrite64", "writev")
options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("--kills", type=int, default=200)
options.add_argument("--calls", type=int, default=400, help="the most calls of a sort that are disturbed, one after the other")
options.add_argument("--only", default="")
options.add_argument("--seed", type=int, default=1)
options = options.parse_args()
chance = random.Random(options.seed)
THREADS = ["--threads"] if knows("--threads") else []


def line(source, folder, threads=2, resume=True):
    many = [*THREADS, str(threads)] if THREADS else []
    return [BIN, "extract", str(source), "-o", f"{folder}/rows.csv", *many, *(["--resume"] if resume else [])]


def fresh(name):
    folder = ROOM / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def start(arguments, before=(), **more):
    more = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more}
    return subprocess.Popen([*before, *arguments], start_new_session=True, **more)


def kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def reference(source, name):
    folder = fresh(name)
    begin = time.time()
    code = start(line(source, folder)).wait()
    assert code == 0, f"the undisturbed run ends with {code}"
    return digest(folder / "rows.csv"), time.time() - begin


def ends_well(source, folder, wanted, threads=2):
    """The same again until it ends: '' where the bytes are those of the reference."""
    done = subprocess.run(line(source, folder, threads), capture_output=True, text=True)
    found = digest(folder / "rows.csv")
    return "" if done.returncode == 0 and found == wanted else f"exit {done.returncode}, {found[:16]}: {done.stderr.strip()[-200:]}"


def told(bad):
    return f"{len(bad)} bad{': ' + '; '.join(bad[:3]) if bad else ''}"


def random_kills(big):
    wanted, whole = reference(big, "reference")
    bad, kills, resumed = [], 0, 0
    for n in range(options.kills):
        folder, threads = fresh("killed"), chance.choice((1, 8))
        for _ in range(chance.randint(1, 4)):
            process = start(line(big, folder, threads))
            time.sleep(chance.uniform(0, whole * 1.05))
            kills += process.poll() is None
            kill(process)
        resumed += not (folder / "rows.csv").exists()
        wrong = ends_well(big, folder, wanted, chance.choice((1, 8)))
        bad += [f"run {n}: {wrong}"] if wrong else []
    verdict("R21", not bad and resumed > options.kills / 10, f"{options.kills} runs of {whole:.2f} s, {kills} kills, {resumed} finished by a later run; {told(bad)}")


def injected(small, what, action):
    """Disturbs call 1, 2, 3 … of a sort until none is left; `action` is what strace does to it."""
    wanted, _ = reference(small, "reference")
    bad, trials, silent = [], 0, 0
    for call in what:
        for n in range(1, options.calls + 1):
            folder, log = fresh("injected"), ROOM / "strace.log"
            watch = ("strace", "-f", "-qq", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={call}:{action}:when={n}")
            with open(ROOM / "told", "w+") as said:
                code = start(line(small, folder), watch, stderr=said).wait()
                said.seek(0)
                message = said.read()
            if "(INJECTED)" not in log.read_text(errors="replace") and "SIGKILL" not in log.read_text(errors="replace"):
                break
            trials += 1
            if code == 0 and digest(folder / "rows.csv") != wanted:
                bad.append(f"{call} {n}: exit 0 with a wrong file")
                continue
            # The file that was to be written is named, or the one that could not be.
            if code > 0 and action.startswith("error") and not re.search(r"guillemet: .*: ", message):
                silent += 1
                bad.append(f"{call} {n}: exit {code} without a word on what and why: {message[-100:]!r}")
            wrong = ends_well(small, folder, wanted)
            bad += [f"{call} {n}: {wrong}"] if wrong else []
    return trials, bad


def every_call(small):
    trials, bad = injected(small, SYNC, "signal=KILL")
    verdict("R22", not bad and trials > 10, f"killed at each of {trials} calls of {len(SYNC)} sorts; {told(bad)}")


def every_write(small):
    trials, bad = 0, []
    for error in ("ENOSPC", "EIO", "EINTR"):
        more, wrong = injected(small, ("write", "fsync", "ftruncate", "pwrite64"), f"error={error}")
        trials, bad = trials + more, bad + [f"{error} {what}" for what in wrong]
    full = subprocess.run(line(small, "/dev", resume=False)[:4] + ["/dev/full"], capture_output=True, text=True)
    if full.returncode == 0 or "no space" not in full.stderr:
        bad.append(f"/dev/full: exit {full.returncode} {full.stderr!r}")
    folder = fresh("small-disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)], capture_output=True).returncode == 0:
        wanted, _ = reference(small, "reference")
        try:
            code = start(line(small, folder)).wait()
            if code == 0:
                bad.append("a disk of 64 KB takes everything")
            subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
            wrong = ends_well(small, folder, wanted)
            bad += [f"after room was made: {wrong}"] if wrong else []
        finally:
            subprocess.run(["umount", str(folder)])
    verdict("R23", not bad and trials > 10, f"ENOSPC, EIO and EINTR at each of {trials} calls, a small disk, /dev/full; {told(bad)}")


def order(small):
    folder, log = fresh("order"), ROOM / "order.log"
    start(line(small, folder), ("strace", "-f", "-y", "-qq", "-o", str(log), "-e", "trace=rename,renameat,renameat2,fsync,fdatasync,openat")).wait()
    calls = log.read_text(errors="replace").splitlines()
    renamed = [n for n, call in enumerate(calls) if "rename" in call and '/rows.csv"' in call.split("->")[-1].split(",", 1)[-1]]
    bad = []
    if len(renamed) != 1:
        bad.append(f"renamed to its name {len(renamed)} times")
    else:
        before, after = calls[: renamed[0]], calls[renamed[0] :]
        synced = [call for call in before if "sync(" in call and ".part" in call]
        folder_synced = [call for call in after if "sync(" in call and f"<{folder}>" in call]
        bad += [] if synced else ["the part is not synced before it gets its name"]
        bad += [] if folder_synced else ["the folder is not synced after"]
    opened = [call for call in calls if f'{folder}/rows.csv"' in call and "O_CREAT" in call]
    bad += [f"the final name is opened for writing: {opened[0]}"] if opened else []
    # Another grammar, other options, other inputs: no resuming.
    (folder / "rows.csv").unlink(missing_ok=True)
    if interrupted(small, folder):
        for name, change in (("options", ["--all"]), ("rules", ["--lexicon", str(verbs())]), ("inputs", None)):
            arguments = line(archive(ROOM / "other.jsonl", 50), folder) if change is None else line(small, folder) + change
            done = subprocess.run(arguments, capture_output=True, text=True)
            if done.returncode == 0:
                bad.append(f"resumed with other {name}")
    else:
        bad.append("no run could be interrupted half-way")
    verdict("R24", not bad, f"part, sync, rename, sync of the folder; resuming with other options, rules or inputs refused; {told(bad)}")


def verbs():
    path = ROOM / "verbs.csv"
    path.write_text("lemma,model,class\nguillemeter,aimer,dire\n", encoding="utf-8")
    return path


def interrupted(source, folder):
    """Leaves the state of a run that was killed after half of its writes. Whether that could be done."""
    log = ROOM / "count.log"
    spare = fresh("count")
    start(line(source, spare), ("strace", "-f", "-qq", "-o", str(log), "-e", "trace=write")).wait()
    writes = sum("write(" in call for call in log.read_text(errors="replace").splitlines())
    start(line(source, folder), ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=write", "-e", f"inject=write:signal=KILL:when={max(1, writes // 2)}")).wait()
    return not (folder / "rows.csv").exists() and any(folder.iterdir())


def torn_journal(small):
    wanted, _ = reference(small, "reference")
    state, bad, refused, resumed = fresh("state"), [], 0, 0
    if not interrupted(small, state):
        return verdict("R25", False, "no run could be interrupted half-way")
    journals = [path for path in state.iterdir() if not path.name.endswith(".part") and path.stat().st_size and "lock" not in path.name]
    if len(journals) != 1:
        return verdict("R25", False, f"no single journal among {[path.name for path in state.iterdir()]}")
    whole = journals[0].read_bytes()
    for n in range(len(whole)):
        for torn in (whole[:n], whole[:n] + bytes([whole[n] ^ 0xFF]) + whole[n + 1 :]):
            folder = fresh("torn")
            for path in state.iterdir():
                shutil.copy(path, folder / path.name)
            (folder / journals[0].name).write_bytes(torn)
            done = subprocess.run(line(small, folder), capture_output=True, text=True)
            found = digest(folder / "rows.csv")
            if done.returncode == 0 and found == wanted:
                resumed += 1
            elif done.returncode in (1, 2) and "guillemet: " in done.stderr and not (folder / "rows.csv").exists():
                refused += 1
            else:
                bad.append(f"byte {n} {'cut' if len(torn) == n else 'flipped'}: exit {done.returncode}, {found[:16]} {done.stderr.strip()[-120:]}")
    verdict("R25", not bad and resumed > 0, f"a journal of {len(whole)} bytes cut and flipped at each: {resumed} right, {refused} refused; {told(bad)}")


def moving_inputs():
    bad, failures, trials = [], 0, 200
    source = fresh("moving")
    names = [f"a{n:03}.txt" for n in range(120)]
    for trial in range(trials):
        for path in source.iterdir():
            path.unlink()
        for name in names:
            (source / name).write_text("« La digue a tenu », a dit Solveig Mahé.\n" * 2000, encoding="utf-8")
        folder = fresh("moved")
        process = start(line(source, folder, resume=False), stderr=subprocess.PIPE, text=True)
        time.sleep(chance.uniform(0, 0.15))
        victim = source / chance.choice(names)
        what = ("deleted", "truncated", "replaced", "growing")[trial % 4]
        match what:
            case "deleted":
                victim.unlink()
            case "truncated":
                os.truncate(victim, 1)
            case "replaced":
                spare = source / "spare.tmp"
                spare.write_text("« Autre chose », a dit Yanis Tellier.\n", encoding="utf-8")
                spare.rename(victim)
            case "growing":
                with open(victim, "a", encoding="utf-8") as more:
                    more.write("« Encore », a-t-elle dit.\n" * 1000)
        message = process.communicate(timeout=60)[1]
        failures += process.returncode == 3
        rows = (folder / "rows.csv").read_text(encoding="utf-8") if (folder / "rows.csv").exists() else ""
        # Every other article is there, whole.
        whole = sum(rows.count(f"/{name},") >= 2000 for name in names if name != victim.name)
        if process.returncode not in (0, 3) or whole != len(names) - 1 or (process.returncode == 3 and victim.name not in message):
            bad.append(f"{what}: exit {process.returncode}, {whole} of {len(names) - 1} others whole {message[-120:]!r}")
    verdict("R26", not bad, f"{trials} runs over files deleted, truncated, replaced, growing ({failures} named a failure); {told(bad)}")


def signals(big):
    wanted, whole = reference(big, "reference")
    bad, slowest = [], 0.0
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        for share in (0.3, 0.5, 0.7):
            folder = fresh("signalled")
            process = start(line(big, folder))
            time.sleep(whole * share)
            began = time.time()
            process.send_signal(number)
            try:
                found = process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                kill(process)
                found = "no end"
            slowest = max(slowest, time.time() - began)
            if found != code and not (found == 0 and digest(folder / "rows.csv") == wanted):
                bad.append(f"{number.name}: exit {found}")
            wrong = ends_well(big, folder, wanted)
            bad += [f"{number.name}: {wrong}"] if wrong else []
    # A second writer is refused while the first is at work, and a dead one bars nobody.
    folder = fresh("two")
    first = start(line(big, folder))
    time.sleep(whole * 0.3)
    second = subprocess.run(line(big, folder), capture_output=True, text=True)
    running = first.poll() is None
    kill(first)
    if running and second.returncode == 0:
        bad.append("a second writer was let in")
    wrong = ends_well(big, folder, wanted)
    bad += [f"after a dead writer: {wrong}"] if wrong else []
    # Not `>&-`: before main, Rust puts /dev/null in the place of a closed output, opened as Python opens it for DEVNULL, so
    # that the one cannot be told from the other without unsafe code: the rows are lost as they are in `> /dev/null`.
    for name, shell, right in (
        ("head", f"{BIN} extract {big} 2>{ROOM}/said | head -1 >/dev/null; test ${{PIPESTATUS[0]}} = 0 && ! grep -qi 'panick\\|broken' {ROOM}/said", 0),
        ("/dev/full", f"! {BIN} extract {big} > /dev/full 2>/dev/null", 0),
    ):
        if subprocess.run(["bash", "-c", shell]).returncode != right:
            bad.append(name)
    verdict("R27", not bad and slowest <= 2, f"SIGINT and SIGTERM end within {slowest:.2f} s with 130 and 143 and can be resumed; second writer, closed pipe, /dev/full (>&- ends with 0 as > /dev/null does); {told(bad)}")


def accounts():
    """documents = done + failed + skipped, and the exit code goes by it."""
    folder = fresh("accounts")
    good = '{"id": "%d", "text": "« La digue a tenu », a dit Solveig Mahé."}'
    lines = [[good % n, '{"text": [1]}', "{", '{"text": ""}', "", good % (n + 1000)][n % 6] for n in range(6000)]
    (folder / "mixed.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run([BIN, "extract", str(folder / "mixed.jsonl"), "-o", str(folder / "rows.csv")], capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1]
    documents, read, failed, skipped = (int(number.replace(",", "")) for number in re.findall(r"([\d,]+) (?:documents|read|failed|skipped)", last))
    met = done.returncode == 3 and documents == read + failed + skipped and (read, failed) == (2000, 2000)
    verdict("R28", met, f"exit {done.returncode}: {last[-160:]}")


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
wanted = lambda goal: options.only in ("", goal)
if knows("--resume"):
    big, small = archive(ROOM / "big.jsonl", int(os.environ.get("GUILLEMET_BIG", 40_000))), archive(ROOM / "small.jsonl", 60)
    for goal, check in (("R21", lambda: random_kills(big)), ("R22", lambda: every_call(small)), ("R23", lambda: every_write(small)), ("R24", lambda: order(small)),
                        ("R25", lambda: torn_journal(small)), ("R27", lambda: signals(big))):
        if wanted(goal):
            check()
else:
    for goal in ("R21", "R22", "R23", "R24", "R25", "R27"):
        if wanted(goal):
            verdict(goal, False, "this build knows no --resume")
if wanted("R26"):
    moving_inputs()
if wanted("R28"):
    accounts()
end()
