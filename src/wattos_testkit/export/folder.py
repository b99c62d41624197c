"""The folder of a data set: refused, begun, resumed, and made whole at the very end.

Everything is written below `.partial` in it; when all files are there they are moved out and the manifest
comes last. A folder without manifest is not finished, whatever else it holds.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from wattos_testkit.errors import OutputError, UsageError

MANIFEST = "datapackage.json"
STAGING = ".partial"


class Folder:
    """Where a data set is written."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.staging = out / STAGING
        self._made_out = False

    def check(self, *, force: bool, resume: bool) -> None:
        """Refuse a folder that holds something.

        Raises
        ------
        OutputError
            If it is no folder, or cannot be written.
        UsageError
            If it holds something, and neither force nor resume says what to do with that.
        """
        if force and resume:
            raise UsageError("--force begins anew and --resume goes on: give one of them")
        try:
            held = sorted(path.name for path in self.out.iterdir()) if self.out.is_dir() else []
        except OSError as error:
            raise OutputError(f"--out {self.out}: cannot be read: {error.strerror}") from None
        if self.out.exists() and not self.out.is_dir():
            raise OutputError(f"--out {self.out}: this is a file; a folder is needed")
        if not held or force:
            return
        if STAGING in held:
            if not resume:
                raise UsageError(
                    f"--out {self.out}: holds an interrupted run; --resume finishes it, --force begins anew"
                )
        elif not (resume and MANIFEST in held):
            raise UsageError(f"--out {self.out}: exists and is not empty; --force writes into it")

    def finished(self, fingerprint: str) -> bool:
        """Return whether the folder holds the finished data set of this very order.

        Raises
        ------
        UsageError
            If it holds that of another.
        """
        manifest = read_manifest(self.out) if (self.out / MANIFEST).exists() else None
        if manifest is None or self.staging.exists():
            return False
        if manifest.get("wattos", {}).get("fingerprint") != fingerprint:
            raise UsageError(f"--out {self.out}: holds another data set; --force replaces it")
        return True

    def begin(self, *, force: bool) -> None:
        """Make the folder for what is under way.

        Raises
        ------
        OutputError
            If it cannot be made.
        """
        try:
            if force and self.staging.exists():
                shutil.rmtree(self.staging)
            self._made_out = not self.out.exists()
            (self.staging / "data").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"--out {self.out}: cannot be written: {error.strerror}") from None

    def drop(self) -> None:
        """Remove what is under way."""
        shutil.rmtree(self.staging, ignore_errors=True)
        if self._made_out and self.out.is_dir() and not any(self.out.iterdir()):
            self.out.rmdir()

    def add(self, files: dict[str, bytes]) -> None:
        """Put further files beside the data."""
        for path, content in files.items():
            target = self.staging / "data" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def commit(self, manifest: bytes) -> None:
        """Move the files that the manifest names to their places, and it last."""
        self._remove_old()
        for path in manifest_paths(json.loads(manifest)):
            # What a killed worker has left half-written is in no manifest, and goes with the rest.
            target = self.out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            (self.staging / "data" / path).replace(target)
        part = self.staging / MANIFEST
        part.write_bytes(manifest)
        part.replace(self.out / MANIFEST)
        shutil.rmtree(self.staging)

    def _remove_old(self) -> None:
        """Remove the files of the data set that this one replaces; all others stay."""
        if not (self.out / MANIFEST).exists():
            return
        try:
            old = read_manifest(self.out)
        except UsageError:
            old = {"resources": []}
        (self.out / MANIFEST).unlink()
        for path in manifest_paths(old):
            (self.out / path).unlink(missing_ok=True)
            for parent in (self.out / path).parents:
                if parent == self.out or not parent.is_dir() or any(parent.iterdir()):
                    break
                parent.rmdir()


def manifest_paths(manifest: dict[str, Any]) -> list[str]:
    """Return the files that a manifest names, safe to be looked up below its folder."""
    paths: dict[str, None] = {}
    for resource in manifest.get("resources", []):
        path = resource.get("path") if isinstance(resource, dict) else None
        if isinstance(path, str) and not Path(path).is_absolute() and ".." not in Path(path).parts:
            paths[path] = None
    return list(paths)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder.

    Raises
    ------
    UsageError
        If there is none, or it is damaged.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        unfinished = (folder / STAGING).exists()
        why = (
            "an interrupted run: --resume finishes it"
            if unfinished
            else "no data set, or one without manifest"
        )
        raise UsageError(f"{folder}: has no {MANIFEST} ({why})") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{path}: is no JSON: {error}") from None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("resources"), list):
        raise UsageError(f"{path}: is no data package: it has no list of resources")
    return manifest
