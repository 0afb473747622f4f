using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>Writes the files that describe a kernel to Jupyter: <c>kernel.json</c> and the logos.</summary>
internal static class KernelSpec
{
    public const string FileName = "kernel.json", Script = "kernel.sh";

    private const string LogoPrefix = "Logo.", LibTorchVariable = "COURSEKIT_LIBTORCH", AnyLibTorchVariable = "COURSEKIT_LIBTORCH_ANY";
    private static readonly JsonSerializerOptions Writing = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the files.</summary>
    /// <param name="folder">The folder for the files.</param>
    /// <param name="displayName">What front ends call the kernel.</param>
    /// <param name="program">The program, by its absolute path: an program, or an assembly.</param>
    /// <param name="version">The version of the program.</param>
    /// <param name="checkout">The checkout that the program comes from; null if it comes from none.</param>
    public static void Write(string folder, string displayName, string program, string version, string? checkout)
    {
        var assembly = typeof(KernelSpec).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(LogoPrefix, StringComparison.Ordinal)))
        {
            using var logo = assembly.GetManifestResourceStream(resource)!;
            using var file = File.Create(Path.Combine(folder, resource[LogoPrefix.Length..]));
            logo.CopyTo(file);
        }
        File.WriteAllText(Path.Combine(folder, FileName), Json(displayName, program, version, checkout).ToJsonString(Writing) + "\n");
    }

    private static JsonObject Json(string displayName, string program, string version, string? checkout) => new()
    {
        ["argv"] = new JsonArray([.. Restarting(program), .. Start(program), "kernel", "start", "{connection_file}"]),
        ["display_name"] = displayName,
        ["language"] = "csharp",
        ["interrupt_mode"] = "message",
        ["env"] = Variables(checkout),
        ["metadata"] = new JsonObject
        {
            ["debugger"] = false,
            ["coursekit"] = new JsonObject
            {
                ["version"] = version,
            },
        },
    };

    // The script starts the kernel again after a crash. Windows has no shell that could run it.
    private static IEnumerable<JsonNode> Restarting(string program) => OperatingSystem.IsWindows() ? [] : [Path.Combine(Path.GetDirectoryName(program)!, Script)];

    // A .NET tool has no program beside its assembly.
    private static IEnumerable<JsonNode> Start(string program) => program.EndsWith(".dll", StringComparison.Ordinal) ? [DotnetSdk.Runtime, program] : [program];

    /// <summary>The program that a kernelspec starts: an program, or an assembly behind <c>dotnet</c>.</summary>
    public static string Program(JsonArray argv) => (string?)argv.SkipLast(3).LastOrDefault() ?? "";

    private static JsonObject Variables(string? checkout)
    {
        var variables = new JsonObject
        {
            // OpenMP reads these two variables when its library is loaded, so a notebook would set them too late. They say how idle threads wait:
            // they spin 3,000 times and then sleep. If they spin longer, they slow down other kernels. If they sleep at once, waking them costs up
            // to half of the time of a small net (see tests/benchmarks).
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["GOMP_SPINCOUNT"] = "3000",
            // The .NET runtime reads these two variables when it starts. The first turns off a protection of machine code in memory, which is
            // useless here because a notebook may run any code. The second sets the garbage collector's generation 0 to 8 MB. Together they save
            // start time and memory.
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_GCgen0size"] = "0x800000",
        };
        // Stored in kernel.json, because a front end that is not started from a shell does not have these variables.
        if (Environment.GetEnvironmentVariable(LibTorchVariable) is { Length: > 0 } libtorch)
            variables[LibTorchVariable] = Path.GetFullPath(libtorch);
        if (Environment.GetEnvironmentVariable(AnyLibTorchVariable) is { Length: > 0 } any)
            variables[AnyLibTorchVariable] = any;
        if (checkout is not null)
            variables[KernelInstaller.CheckoutVariable] = checkout;
        if (!RuntimeIsFound)
            variables["DOTNET_ROOT"] = DotnetSdk.Root;
        return variables;
    }

    // Whether the kernel's program finds the .NET runtime without DOTNET_ROOT, which a front end may not have. The program then uses
    // /etc/dotnet/install_location or the first of these folders.
    private static bool RuntimeIsFound
    {
        get
        {
            string[] usual = OperatingSystem.IsWindows() ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet")]
                : OperatingSystem.IsMacOS() ? ["/usr/local/share/dotnet"]
                : ["/usr/share/dotnet", "/usr/lib/dotnet"];
            var first = usual.FirstOrDefault(Directory.Exists);
            return first == Path.TrimEndingDirectorySeparator(DotnetSdk.Root) && !File.Exists("/etc/dotnet/install_location");
        }
    }
}
