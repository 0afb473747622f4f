"""JupyterHub's configuration for a classroom, written for 3.0.0 of Debian 12. up.sh starts the hub with it."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import settings

refused = list(settings.unsafe())
if refused:
    sys.exit("\n".join(f"Refused: {sentence}" for sentence in refused))

chosen = settings.read()
port = int(chosen["PORT"])
scheme = "https" if chosen["TLS_CERTIFICATE"] else "http"
address = f"[{chosen['ADDRESS']}]" if ":" in chosen["ADDRESS"] else chosen["ADDRESS"]

c = get_config()  # noqa: F821

# Browsers see the first address alone. The others are this machine's own.
c.JupyterHub.bind_url = f"{scheme}://{address}:{port}"
c.JupyterHub.ssl_cert = chosen["TLS_CERTIFICATE"]
c.JupyterHub.ssl_key = chosen["TLS_KEY"]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 1}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 2}"

# Nobody but root enters the folder of the database, the secrets and the log.
c.JupyterHub.db_url = f"sqlite:///{settings.HUB}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{settings.HUB}/cookie_secret"
c.JupyterHub.pid_file = f"{settings.HUB}/hub.pid"
c.ConfigurableHTTPProxy.pid_file = f"{settings.HUB}/proxy.pid"

# Servers and their kernels outlive the hub, which finds them again when it is back.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False

# The members of one system group may log in, and nobody else. In JupyterHub 5 this setting still says who may; without one, nobody may there.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {chosen["GROUP"]}
c.PAMAuthenticator.open_sessions = False

# Where systemd runs and its spawner is installed (a package of PyPI), a control group bounds all of a seat together.
spawner = "jupyterhub.spawner.LocalProcessSpawner"
if os.path.isdir("/run/systemd/system"):
    try:
        import systemdspawner  # noqa: F401
        spawner = "systemdspawner.SystemdSpawner"
        c.SystemdSpawner.mem_limit = f"{chosen['MEMORY_MB']}M"
        c.SystemdSpawner.cpu_limit = float(chosen["THREADS"]) + 1
        c.SystemdSpawner.isolate_tmp = True
        c.SystemdSpawner.unit_name_template = "coursekit-seat-{USERNAME}"
    except ImportError:
        pass
c.JupyterHub.spawner_class = spawner
c.Spawner.cmd = [f"{settings.COURSE}/classroom/seat.sh", "jupyterhub-singleuser"]
c.Spawner.environment = {"CLASSROOM": str(settings.ROOT), "JUPYTER_PATH": f"{chosen['PREFIX']}/share/jupyter"}
c.Spawner.default_url = "/tree/notebooks"
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120

# A kernel talks through sockets in the student's own folder. Through a port of this machine others could read what it publishes, without any key.
# The server and its kernels end when nobody works: each server looks after itself.
idle = chosen["IDLE_SECONDS"]
c.Spawner.args = [
    "--KernelManager.transport=ipc",
    f"--MappingKernelManager.cull_idle_timeout={idle}",
    f"--MappingKernelManager.cull_interval={max(1, min(60, int(idle) // 2))}",
    "--MappingKernelManager.cull_connected=True",
    f"--ServerApp.shutdown_no_activity_timeout={idle}",
]
