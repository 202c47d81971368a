"""The deployment package, built for real: what is in it, that it is reproducible, and that it runs by itself."""

import os
import re
import resource
import shutil
import struct
import subprocess
import sys
import zipfile

import pytest

from infra.package import PackageError, build, main
from infra.package_content import MAX_BYTES, faults
from predict.model.session import Model
from smoke.__main__ import main as smoke
from tests.fitted import model_file
from tests.servers import ROOT, local_server

PACKAGES = ".python_packages/lib/site-packages/"
ESTIMATOR = "HistGradientBoostingClassifier"


@pytest.fixture(scope="module", autouse=True)
def uv():
    """The copies below have no .uv of their own."""
    own = ROOT / ".uv" / "bin" / "uv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV", str(own) if own.is_file() else "uv")
        yield


def copy_project(folder):
    """Copy what a package is made of, with a model fitted here."""
    for name in ("function_app.py", "host.json", "requirements.txt", ".python-version"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "predict", folder / "predict", ignore=shutil.ignore_patterns("__pycache__", "*.onnx"))
    for name in ("handlers", "watch"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "predict" / "model.onnx").write_bytes(model_file(ESTIMATOR))
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def package(project, tmp_path_factory):
    return build(project, tmp_path_factory.mktemp("dist") / "api.zip")


@pytest.fixture(scope="module")
def names(package):
    with zipfile.ZipFile(package.path) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def unpacked(package, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wwwroot")
    with zipfile.ZipFile(package.path) as archive:
        archive.extractall(folder)
    return folder


def test_package_is_small_enough_and_says_what_it_is(package, names):
    assert package.n_bytes == package.path.stat().st_size <= MAX_BYTES == 45_000_000
    assert package.n_files == len(names)


@pytest.mark.parametrize("page", ["cost.md", "scaling.md"])
def test_documents_say_how_large_it_is(package, page):
    (said,) = re.findall(r"package[^.]* some (\d+) MB|package \(some (\d+) MB\)", (ROOT / "docs" / page).read_text())
    assert package.n_bytes / 1e6 == pytest.approx(int("".join(said)), rel=0.1)


def test_second_build_is_the_same_bytes(project, package, tmp_path, monkeypatch):
    """Another folder, another environment for uv to take Python from, other dates of the files, another umask; and
    Python told to compile otherwise, into a place of its own."""
    subprocess.run([os.environ["UV"], "venv", "-q", "--python", sys.executable, tmp_path / "venv"], check=True)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "venv"))
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "compiled"))
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
    umask = os.umask(0o077)
    try:
        again = build(copy, tmp_path / "dist" / "again.zip")
    finally:
        os.umask(umask)
    assert again.sha256 == package.sha256
    assert again.path.read_bytes() == package.path.read_bytes()


def test_own_files_are_those_that_run_and_nothing_else(project, names):
    own = {name for name in names if not name.startswith(PACKAGES)}
    folders = (project / "handlers", project / "predict", project / "watch")
    modules = {path.relative_to(project).as_posix() for folder in folders for path in folder.rglob("*.py")}
    modules |= {"function_app.py"}
    bytecode = {re.sub(r"([^/]+)\.py$", r"__pycache__/\1.cpython-313.pyc", name) for name in modules}
    assert own == modules | bytecode | {"host.json", "predict/model.onnx"}


def test_packages_are_the_pinned_ones(names):
    pinned = set(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    found = {
        match.groups()
        for name in names
        if (match := re.match(rf"{PACKAGES}([\w.]+)-([\w.]+)\.dist-info/METADATA", name))
    }
    assert {(name.replace("_", "-").lower(), version) for name, version in found} == pinned


def test_packages_are_for_linux_and_this_python(package, names):
    with zipfile.ZipFile(package.path) as archive:
        wheels = [archive.read(name).decode() for name in names if name.endswith(".dist-info/WHEEL")]
        libraries = [archive.read(name)[:20] for name in names if re.search(r"\.so(\.|$)", name)]
    tags = {tag for wheel in wheels for tag in re.findall(r"^Tag: (\S+)", wheel, re.MULTILINE)}
    assert all(
        re.fullmatch(r"(py3|py2|py2\.py3)-none-any|(cp3\d+-(cp313|abi3)-manylinux\w+_x86_64)", tag) for tag in tags
    )
    assert len(libraries) > 10
    # ELF, 64 bit, x86-64.
    assert all(head[:5] == b"\x7fELF\x02" and struct.unpack("<H", head[18:20])[0] == 0x3E for head in libraries)


def test_what_never_runs_is_left_out(names):
    assert not [
        name for name in names if re.search(r"/tests?/|\.(pyi|h|a|pyx)$|site-packages/bin/", name) and ".so" not in name
    ]


def test_every_module_has_bytecode_that_no_date_can_make_stale(package, names):
    with zipfile.ZipFile(package.path) as archive:
        for name in (name for name in names if name.endswith(".py")):
            folder, _, file = name.rpartition("/")
            cached = f"{folder}/__pycache__/{file[:-3]}.cpython-313.pyc".lstrip("/")
            # PEP 552: hash-based and not checked.
            assert struct.unpack("<I", archive.read(cached)[4:8])[0] == 0b01, name


def test_entries_have_no_date_and_no_special_mode(package):
    with zipfile.ZipFile(package.path) as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)


def test_no_path_of_this_machine_is_in_it(package, names, tmp_path):
    with zipfile.ZipFile(package.path) as archive:
        for name in (name for name in names if name.endswith(".pyc")):
            content = archive.read(name)
            assert str(tmp_path.parent.parent).encode() not in content, name
            assert str(ROOT).encode() not in content, name


def test_app_runs_on_the_package_alone(unpacked):
    """Isolated: the standard library and the package, and nothing else, is importable."""
    code = """
import sys
app = sys.argv[1]
sys.path[:] = [app, app + "/.python_packages/lib/site-packages", *sys.path]
import function_app
from predict.model.session import Model
functions = {function.get_function_name() for function in function_app.app.get_functions()}
print(Model.load(function_app.SETTINGS.model_path).hash, *sorted(functions))
base = (app, sys.base_prefix)
foreign = [m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None) and not m.__file__.startswith(base)]
sys.exit(f"imported from elsewhere: {foreign}" if foreign else 0)
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-c", code, str(unpacked)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    model_hash, *functions = done.stdout.split()
    assert model_hash == Model.load(unpacked / "predict" / "model.onnx").hash
    assert {"predict", "model", "health"} <= set(functions)


def test_unpacked_package_passes_the_smoke_test(unpacked, capsys):
    # As where Python may write bytecode, and beside the modules.
    env = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": ""}
    with local_server("--app", str(unpacked), "--enable-auth", env=env) as server:
        status = smoke([server.api, "--model", str(unpacked / "predict" / "model.onnx")])
    assert status == 0, capsys.readouterr().out


def test_nothing_was_compiled_when_it_ran(unpacked, names):
    """The platform mounts the package read-only; a start that had to compile would be a slow one."""
    on_disk = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert on_disk == set(names)


def tampered(package, path, changes):
    """Copy a package, most wheels left out, with files changed, added, or (None) taken away."""
    with zipfile.ZipFile(package.path) as archive, zipfile.ZipFile(path, "w") as copy:
        for name in archive.namelist():
            if name not in changes and (not name.startswith(PACKAGES) or name.startswith(f"{PACKAGES}azure/")):
                copy.writestr(name, archive.read(name))
        for name, content in changes.items():
            if content is not None:
                copy.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"local.settings.json": b"{}"}, "local.settings.json does not belong in it."),
        ({".env": b""}, ".env does not belong in it."),
        ({"training/customers/table.py": b""}, "training/customers/table.py does not belong in it."),
        ({"predict/../../x.py": b""}, "predict/../../x.py does not belong in it."),
        ({"host.json": None}, "host.json is missing."),
        ({"predict/model.onnx": None}, "predict/model.onnx is missing."),
        (
            {"predict/extra.py": b"KEY = 'AccountKey=" + b"a" * 40 + b"'"},
            "predict/extra.py looks as if it holds a secret.",
        ),
        ({"host.json": b"-----BEGIN RSA PRIVATE KEY-----"}, "host.json looks as if it holds a secret."),
        ({"predict/big.onnx": bytes(MAX_BYTES)}, "at most 45,000,000 are allowed."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_package_is_named(package, tmp_path, changes, words):
    found = faults(tampered(package, tmp_path / "bad.zip", changes))
    assert len(found) == 1
    assert words in found[0]


def test_missing_model_is_told_before_anything_is_installed(tmp_path):
    project = copy_project(tmp_path)
    (project / "predict" / "model.onnx").unlink()
    with pytest.raises(PackageError, match=r"Missing: predict/model\.onnx\. `make train`"):
        build(project, tmp_path / "api.zip")
    assert not (tmp_path / "api.zip").exists()


def test_full_disk_is_one_line_and_leaves_the_old_package(tmp_path, capsys):
    (tmp_path / "api.zip").write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        status = main(["--out", str(tmp_path / "api.zip")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert status == 1
    assert capsys.readouterr().err == f"{tmp_path / 'api.zip'} cannot be written (File too large).\n"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_uv_that_is_not_there_is_named(project, tmp_path, monkeypatch):
    monkeypatch.setenv("UV", str(tmp_path / "uv"))
    with pytest.raises(PackageError, match=r"/uv cannot be run \(No such file or directory\)"):
        build(project, tmp_path / "api.zip")


def test_wheel_that_is_not_the_pinned_one_stops_the_build(tmp_path):
    project = copy_project(tmp_path)
    pins = (project / "requirements.txt").read_text()
    (project / "requirements.txt").write_text(re.sub(r"sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, pins))
    (tmp_path / "api.zip").write_bytes(b"the last good one")
    with pytest.raises(PackageError, match="Hash mismatch"):
        build(project, tmp_path / "api.zip")
    assert (tmp_path / "api.zip").read_bytes() == b"the last good one"
