# SPDX-License-Identifier: Apache-2.0
"""A small file system of its own, which a test may fill and remount. Needs root."""

import os
import subprocess

from support.folder import temporary_folder


class Tmpfs:
    def __init__(self, owner, size):
        """`size`: as mount(8) takes it, such as "4m"."""
        if os.geteuid() != 0:
            raise AssertionError("this test must run as root: it mounts a small tmpfs")
        self.folder = temporary_folder(owner)
        self.ballast = self.folder / "ballast"
        self.mount("-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", self.folder)
        owner.addCleanup(subprocess.run, ["umount", "--lazy", self.folder], check=True, timeout=30)

    @staticmethod
    def mount(*arguments):
        subprocess.run(["mount", *arguments], check=True, timeout=30)

    def fill(self):
        """Takes all the space that is left."""
        with open(self.ballast, "ab", buffering=0) as file:
            for size in (1 << 16, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass

    def free(self):
        self.ballast.unlink()

    def make_read_only(self):
        self.mount("-o", "remount,ro", self.folder)
