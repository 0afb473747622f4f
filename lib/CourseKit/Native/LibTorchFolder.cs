using System.Text.RegularExpressions;
using CourseKit.Common;

namespace CourseKit.Native;

/// <summary>
/// The libtorch of a PyTorch installation. It replaces the libtorch beside CourseKit.dll if COURSEKIT_LIBTORCH names its folder, e.g.
/// <c>.../site-packages/torch/lib</c>. So a user who has PyTorch with CUDA need not download another 2.5 GB. The variable has two effects:
/// the build leaves libtorch out (TorchBackend.targets), and CourseKit loads libtorch from that folder.
/// </summary>
internal static partial class LibTorchFolder
{
    public const string Variable = "COURSEKIT_LIBTORCH";

    // TorchSharp's binding calls C++ functions of libtorch. These functions keep their names and signatures within one minor version, such as 2.10, only.
    private static readonly string Needed = NativeBackend.LibTorchVersion[..NativeBackend.LibTorchVersion.LastIndexOf('.')];

    // Each library comes after the libraries that it needs.
    private static readonly string[] Always = ["libc10.so", "libtorch_cpu.so"], WithCuda = ["libc10_cuda.so", "libtorch_cuda.so"], Last = ["libtorch.so"];

    /// <summary>The full path that the variable names; null if the variable is not set or is empty.</summary>
    public static string? Chosen => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? UserPath.Full(folder) : null;

    /// <summary>Lists the libraries to load, in the order of loading. Nothing is loaded here.</summary>
    /// <param name="folder">Folder of libtorch_cpu.so.</param>
    /// <param name="build">Folder of TorchSharp.dll.</param>
    /// <exception cref="NativeBackendException">The system is not Linux, a library is missing in the folder, the version of libtorch is unknown or
    /// is another, or the build has a libtorch too.</exception>
    public static IReadOnlyList<string> Libraries(string folder, string build)
    {
        if (!OperatingSystem.IsLinux())
            throw Refused(folder, "it is for Linux only");
        if (!Directory.Exists(folder))
            throw Refused(folder, "there is no such folder");
        var cuda = WithCuda.Where(name => File.Exists(Path.Combine(folder, name))).ToArray();
        string[] names = [.. Always, .. cuda.Length > 0 ? WithCuda : [], .. Last];
        var missing = names.Where(name => !File.Exists(Path.Combine(folder, name))).ToList();
        if (missing.Count > 0)
            throw Refused(folder, $"it is without {string.Join(", ", missing)}; expected the folder torch/lib of a PyTorch {Needed} installation");
        var version = Version(folder) ?? throw Refused(folder, $"its version cannot be told: expected ../version.py (PyTorch) or ../build-version (libtorch) with {Needed}.x");
        if (!version.StartsWith(Needed + ".", StringComparison.Ordinal))
            throw Refused(folder, $"it is libtorch {version}, expected {Needed}.x, which TorchSharp was built for");
        // TorchSharp searches its own folder before it uses the loaded libraries. Two copies of libtorch in one process would crash the process.
        if (Always.Any(name => Path.Exists(Path.Combine(build, name))))
            throw Refused(folder, $"it fits, but {build} was built with a libtorch of its own; run `dotnet build -c Release` with the variable set, which leaves that out");
        return [.. names.Select(name => Path.Combine(folder, name))];
    }

    /// <summary>
    /// The libraries of a libtorch that lies in another folder than TorchSharp's binding, as packages have it, in the order of loading. Empty if it lies
    /// beside the binding, where the dynamic loader finds it.
    /// </summary>
    /// <param name="binding">The path of TorchSharp's binding.</param>
    public static IReadOnlyList<string> Apart(string binding)
    {
        string[] names = OperatingSystem.IsWindows() ? ["c10.dll", "torch_cpu.dll", "torch.dll"]
            : OperatingSystem.IsMacOS() ? ["libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib"] : [.. Always, .. Last];
        return File.Exists(Path.Combine(Path.GetDirectoryName(binding)!, names[1])) || NativeFolders.Find(names[1]) is not { } found ? []
            : [.. names.Select(name => Path.Combine(Path.GetDirectoryName(found)!, name))];
    }

    /// <summary>Why <see cref="Libraries"/> refuses a folder; null if the folder is accepted.</summary>
    public static string? Refusal(string folder, string build)
    {
        try
        {
            Libraries(folder, build);
            return null;
        }
        catch (NativeBackendException refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>Whether the libtorch in the folder has CUDA.</summary>
    public static bool HasCuda(string folder) => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so"));

    private static string? Version(string folder)
    {
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? "/";
        if (Path.Combine(parent, "version.py") is var python && File.Exists(python))
            return VersionLine().Match(File.ReadAllText(python)) is { Success: true } match ? match.Groups[1].Value : null;
        return Path.Combine(parent, "build-version") is var text && File.Exists(text) ? File.ReadAllText(text).Trim() : null;
    }

    private static NativeBackendException Refused(string folder, string why) => new(
        $"{Variable} is {folder}: {why}. Nothing was loaded. Without {Variable}, `dotnet build -c Release` fetches a libtorch that fits.");

    [GeneratedRegex("""^__version__\s*=\s*['"]([^'"]+)['"]""", RegexOptions.Multiline)]
    private static partial Regex VersionLine();
}
