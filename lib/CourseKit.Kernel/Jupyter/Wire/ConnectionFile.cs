using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>The file in which a front end tells its kernel where to listen and which key signs the messages.</summary>
internal sealed record ConnectionFile(string Ip, int ShellPort, int ControlPort, int StdinPort, int IopubPort, int HeartbeatPort, string Key, bool IsLocal)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads the file.</summary>
    /// <exception cref="KernelStartException">The file cannot be read, or its content is not as expected.</exception>
    public static ConnectionFile Load(string path)
    {
        try
        {
            var file = JsonNode.Parse(File.ReadAllBytes(path), documentOptions: Strict) as JsonObject ?? throw new JsonException("it holds no object");
            var transport = Get(file, "transport", "tcp");
            if (transport is not ("tcp" or "ipc"))
                throw new KernelStartException($"{path}: transport is '{transport}'; expected tcp or ipc.");
            var (key, scheme) = (Get(file, "key", ""), Get(file, "signature_scheme", "hmac-sha256"));
            if (key.Length > 0 && scheme != "hmac-sha256")
                throw new KernelStartException($"{path}: signature_scheme is '{scheme}'; expected hmac-sha256.");
            return new(Get(file, "ip", "127.0.0.1"), Port("shell"), Port("control"), Port("stdin"), Port("iopub"), Port("hb"), key, transport == "ipc");

            int Port(string name) => Get<int?>(file, $"{name}_port", null) ?? throw new JsonException($"expected a field {name}_port");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new KernelStartException($"{path}: no connection file ({error.Message}). A front end writes it when it starts the kernel; see `jupyter kernelspec list`.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelStartException($"{path}: the connection file cannot be read ({error.Message})");
        }
    }

    /// <summary>The address for a port, as ZeroMQ writes it. Sockets on the machine itself (ipc) are files: the file's <c>ip</c> and the port make the path.</summary>
    public string Address(int port) => IsLocal ? $"ipc://{Ip}-{port}" : Ip.Contains(':', StringComparison.Ordinal) ? $"tcp://[{Ip}]:{port}" : $"tcp://{Ip}:{port}";

    /// <summary>A socket that listens at a port.</summary>
    /// <exception cref="SocketException">It cannot be bound to the address.</exception>
    public Socket Listen(int port)
    {
        var at = EndPoint(port);
        var socket = new Socket(at.AddressFamily, SocketType.Stream, IsLocal ? ProtocolType.Unspecified : ProtocolType.Tcp) { Blocking = false };
        try
        {
            if (at.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = true;
            if (IsLocal)
                File.Delete($"{at}"); // a killed kernel leaves it behind
            socket.Bind(at);
            // Who may write to it runs code as this user. The connection file, which holds the key, is the user's alone too.
            if (IsLocal && !OperatingSystem.IsWindows())
                File.SetUnixFileMode($"{at}", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private EndPoint EndPoint(int port) => IsLocal ? new UnixDomainSocketEndPoint($"{Ip}-{port}")
        : new IPEndPoint(Ip == "*" ? IPAddress.Any : IPAddress.TryParse(Ip, out var address) ? address : Dns.GetHostAddresses(Ip)[0], port);

    private static T Get<T>(JsonObject file, string field, T otherwise) => file[field] is { } value ? value.GetValue<T>() : otherwise;
}
