using System.Text.Json;
using System.Text.Json.Serialization;

namespace CourseKit.Kernel.Jupyter;

/// <summary>What a front end tells the kernel it starts: where to listen, and the key that signs the messages.</summary>
internal sealed record ConnectionFile
{
    // Set, not init: the serializer would put nothing in the place of what the file leaves out.
    public string Transport { get; set; } = "tcp";

    public string Ip { get; set; } = "127.0.0.1";

    public required int ShellPort { get; init; }

    public required int ControlPort { get; init; }

    public required int StdinPort { get; init; }

    public required int IopubPort { get; init; }

    public required int HbPort { get; init; }

    public string Key { get; set; } = "";

    public string SignatureScheme { get; set; } = "hmac-sha256";

    /// <summary>Reads the file.</summary>
    /// <exception cref="KernelStartException">It is not there, or says something else than expected.</exception>
    public static ConnectionFile Load(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), ConnectionFileJson.Default.ConnectionFile) ?? throw new JsonException("the file holds null");
            if (file.Transport != "tcp")
                throw new KernelStartException($"{path}: transport is '{file.Transport}'; this kernel speaks tcp only. Set the front end's transport to tcp.");
            if (file.Key.Length > 0 && file.SignatureScheme != "hmac-sha256")
                throw new KernelStartException($"{path}: signature_scheme is '{file.SignatureScheme}'; expected hmac-sha256.");
            return file;
        }
        catch (JsonException error)
        {
            throw new KernelStartException($"{path}: no connection file ({error.Message}). A front end writes it when it starts the kernel; see `jupyter kernelspec list`.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelStartException($"{path}: the connection file cannot be read ({error.Message})");
        }
    }

    /// <summary>Where a socket binds: the address that the file names, and no other.</summary>
    public string Address(int port) => Ip.Contains(':', StringComparison.Ordinal) ? $"tcp://[{Ip}]:{port}" : $"tcp://{Ip}:{port}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ConnectionFile))]
internal sealed partial class ConnectionFileJson : JsonSerializerContext;
