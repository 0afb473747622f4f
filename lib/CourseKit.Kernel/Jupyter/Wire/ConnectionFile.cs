using System.Text.Json;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>The file in which a front end tells its kernel where to listen and which key signs the messages.</summary>
internal sealed record ConnectionFile(string Ip, int ShellPort, int ControlPort, int StdinPort, int IopubPort, int HeartbeatPort, string Key)
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
            if (transport != "tcp")
                throw new KernelStartException($"{path}: transport is '{transport}'; this kernel speaks tcp only. Set the front end's transport to tcp.");
            var (key, scheme) = (Get(file, "key", ""), Get(file, "signature_scheme", "hmac-sha256"));
            if (key.Length > 0 && scheme != "hmac-sha256")
                throw new KernelStartException($"{path}: signature_scheme is '{scheme}'; expected hmac-sha256.");
            return new(Get(file, "ip", "127.0.0.1"), Port("shell"), Port("control"), Port("stdin"), Port("iopub"), Port("hb"), key);

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

    /// <summary>The address for a socket: the IP address of the file and the given port.</summary>
    public string Address(int port) => Ip.Contains(':', StringComparison.Ordinal) ? $"tcp://[{Ip}]:{port}" : $"tcp://{Ip}:{port}";

    private static T Get<T>(JsonObject file, string field, T otherwise) => file[field] is { } value ? value.GetValue<T>() : otherwise;
}
