using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>The files from which Jupyter knows a kernel: <c>kernel.json</c> and its logos.</summary>
internal static class KernelSpec
{
    public const string FileName = "kernel.json";

    private const string LogoPrefix = "Logo.", LibTorchVariable = "COURSEKIT_LIBTORCH";
    private static readonly JsonSerializerOptions Writing = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the files.</summary>
    /// <param name="folder">The folder for the files.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="executable">The program, by its absolute path.</param>
    /// <param name="version">The version of the program.</param>
    /// <param name="checkout">The checkout that the program comes from; null if it comes from none.</param>
    public static void Write(string folder, string name, string executable, string version, string? checkout)
    {
        var assembly = typeof(KernelSpec).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(LogoPrefix, StringComparison.Ordinal)))
        {
            using var logo = assembly.GetManifestResourceStream(resource)!;
            using var file = File.Create(Path.Combine(folder, resource[LogoPrefix.Length..]));
            logo.CopyTo(file);
        }
        File.WriteAllText(Path.Combine(folder, FileName), Json(name, executable, version, checkout).ToJsonString(Writing) + "\n");
    }

    private static JsonObject Json(string name, string executable, string version, string? checkout) => new()
    {
        ["argv"] = new JsonArray(executable, "kernel", "start", "{connection_file}"),
        ["display_name"] = name == KernelPlace.DefaultName ? "C# (CourseKit)" : $"C# ({name})",
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

    private static JsonObject Variables(string? checkout)
    {
        var variables = new JsonObject
        {
            // Native code reads these two when it is loaded, so a notebook would set them too late. The course's library tells native code how
            // many threads there are. Threads that spin for long would starve the other kernels. Threads that sleep at once take up to half of a
            // small net's time to wake. 3,000 turns are the balance of the two (see tests/benchmarks).
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["GOMP_SPINCOUNT"] = "3000",
            // The runtime reads these three when it starts. The first lets it write machine code in the place where it runs (a notebook runs
            // any code anyway). The second drops counters for an optimisation that comes too late for a cell. The third gives 8 MB to new objects
            // before memory is tidied up. Together they save a tenth of the start and a tenth of the memory.
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_GCgen0size"] = "0x800000",
        };
        // A front end that was not started from a shell would not pass this variable on.
        if (Environment.GetEnvironmentVariable(LibTorchVariable) is { Length: > 0 } libtorch)
            variables[LibTorchVariable] = Path.GetFullPath(libtorch);
        if (checkout is not null)
            variables[KernelInstaller.CheckoutVariable] = checkout;
        if (!RuntimeIsFound)
            variables["DOTNET_ROOT"] = DotnetSdk.Root;
        return variables;
    }

    // A front end that was not started from a shell has none of the shell's variables. Then the runtime is looked for only in these places.
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
