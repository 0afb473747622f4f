"""A kernel whose sockets are files (transport ipc), as libzmq speaks to it: a cell, an interrupt, the end."""
import os
import pathlib
import stat

from jupyter_client import KernelManager

manager = KernelManager(kernel_name=os.environ["KERNEL"], transport="ipc")
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=120)
sockets = list(pathlib.Path(manager.ip).parent.glob(pathlib.Path(manager.ip).name + "-*"))
print(sorted({oct(stat.S_IMODE(socket.stat().st_mode)) for socket in sockets}), len(sockets))
client.execute("Console.WriteLine(6 * 7);")
shown = None
while shown is None:
    message = client.get_iopub_msg(timeout=60)
    if message["msg_type"] == "stream":
        shown = message["content"]["text"].strip()
print(shown)
loop = client.execute("while (true) { }")
while (begun := client.get_iopub_msg(timeout=60))["parent_header"].get("msg_id") != loop or begun["msg_type"] != "execute_input":
    pass
manager.interrupt_kernel()
while (reply := client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != loop:
    pass
print(reply["content"]["evalue"])
client.stop_channels()
manager.shutdown_kernel()
print([str(socket) for socket in sockets if socket.exists()])
