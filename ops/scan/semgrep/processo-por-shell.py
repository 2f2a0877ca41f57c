import asyncio
import os
import subprocess

# ruleid: processo-por-shell
subprocess.run("ls " + folder, shell=True)
# ruleid: processo-por-shell
os.system("ls")
# ruleid: processo-por-shell
os.popen("ls")
# ruleid: processo-por-shell
asyncio.create_subprocess_shell("ls")
# ok: processo-por-shell
subprocess.run(["ls", folder], check=True)
