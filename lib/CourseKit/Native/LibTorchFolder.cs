using System.Text.RegularExpressions;
using CourseKit.Common;

namespace CourseKit.Native;

/// <summary>
/// The libtorch of a PyTorch installation. It replaces the libtorch beside CourseKit.dll if COURSEKIT_LIBTORCH names its folder, e.g.
/// <c>.../site-packages/torch/lib</c>. So a user who has PyTorch with CUDA need not download another 2.5 GB. The variable has two effects:
/// the build leaves libtorch out (TorchBackend.targets), and CourseKit loads libtorch from that folder. The folder may also hold a binding that
/// lib/native/build.sh built for the libtorch in it; then the build takes that binding in place of the package's.
/// </summary>
internal static partial class LibTorchFolder
{
    public const string Variable = "COURSEKIT_LIBTORCH", AnyVariable = "COURSEKIT_LIBTORCH_ANY";

    // TorchSharp's binding calls C++ functions of libtorch. These functions keep their names, signatures and meaning for sure within one minor version only,
    // such as 2.10.
    private static readonly string Needed = NativeBackend.LibTorchVersion[..NativeBackend.LibTorchVersion.LastIndexOf('.')];

    // Each library comes after the libraries that it needs.
    private static readonly string[] Always = ["libc10.so", "libtorch_cpu.so"], WithCuda = ["libc10_cuda.so", "libtorch_cuda.so"], Last = ["libtorch.so"];

    /// <summary>The full path that the variable names; null if the variable is not set or is empty.</summary>
    public static string? Chosen => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? UserPath.Full(folder) : null;

    /// <summary>Whether COURSEKIT_LIBTORCH_ANY=1 lets a libtorch of another version load.</summary>
    public static bool TakesAny => Environment.GetEnvironmentVariable(AnyVariable) == "1";

    /// <summary>A word of caution about the libtorch in use, if it is of another version; null if it is not.</summary>
    public static string? Caution => Chosen is { } folder ? CautionOf(folder) : null;

    /// <summary>A word of caution about the libtorch in a folder, if TorchSharp's binding was built for another version; null if it was not.</summary>
    public static string? CautionOf(string folder) => HasBinding(folder) || Version(folder) is not { } version || Fits(version) ? null
        : $"libtorch {version} in place of {Needed}, which TorchSharp was built for: where a result is odd or the process ends, try {Needed}";

    /// <summary>Lists the libraries to load, in the order of loading. Nothing is loaded here.</summary>
    /// <param name="folder">Folder of libtorch_cpu.so.</param>
    /// <param name="build">Folder of TorchSharp.dll.</param>
    /// <param name="takesAny">Whether a libtorch of another version will do if it has all that TorchSharp's binding needs.</param>
    /// <exception cref="NativeBackendException">The system is not Linux, a library is missing in the folder, the version of libtorch is unknown or
    /// is another, or the build has a libtorch too.</exception>
    public static IReadOnlyList<string> Libraries(string folder, string build, bool takesAny = false)
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
        string[] paths = [.. names.Select(name => Path.Combine(folder, name))];
        var binding = Path.Combine(build, NativeBackend.LibraryName) is var beside && Machine.IsFile(beside) ? beside : NativeFolders.Find(NativeBackend.LibraryName);
        if (HasBinding(folder))
        {
            if (binding is null || !File.ReadAllBytes(binding).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, NativeBackend.LibraryName))))
                throw Refused(folder, $"it has a binding of its own, which {build} was built without; run `dotnet build -c Release` with the variable set, which takes it");
        }
        else
        {
            var version = Version(folder) ?? throw Refused(folder, $"its version cannot be told: expected ../version.py (PyTorch) or ../build-version (libtorch) with {Needed}.x");
            if (!Fits(version) && Unfit(binding, paths, takesAny) is { } unfit)
                throw Refused(folder, $"it is libtorch {version}, expected {Needed}.x, which TorchSharp was built for; {unfit}");
        }
        // TorchSharp searches its own folder before it uses the loaded libraries. Two copies of libtorch in one process would crash the process.
        if (Always.Any(name => Path.Exists(Path.Combine(build, name))))
            throw Refused(folder, $"it fits, but {build} was built with a libtorch of its own; run `dotnet build -c Release` with the variable set, which leaves that out");
        // PyTorch's libraries look for CUDA's beside themselves. The links that lib/native/build.sh makes lead to where that is.
        return HasBinding(folder) ? [.. paths.Select(path => File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName ?? path)] : paths;
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
    public static string? Refusal(string folder, Machine machine)
    {
        try
        {
            Libraries(folder, machine.Build, machine.Variable(AnyVariable) == "1");
            return null;
        }
        catch (NativeBackendException refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>Whether the libtorch in the folder has CUDA.</summary>
    public static bool HasCuda(string folder) => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so"));

    private static bool HasBinding(string folder) => Machine.IsFile(Path.Combine(folder, NativeBackend.LibraryName));

    private static bool Fits(string version) => version.StartsWith(Needed + ".", StringComparison.Ordinal);

    // Why a libtorch of another version is not loaded, and what to do; null if it is to be loaded.
    private static string? Unfit(string? binding, IReadOnlyList<string> libraries, bool takesAny)
    {
        try
        {
            if (binding is null)
                return $"{NativeBackend.LibraryName} was not found, so nothing can be compared";
            var symbols = TorchSymbols.Compare(binding, libraries);
            return symbols.Missing.Count > 0 ? $"it lacks {symbols}. Use PyTorch {Needed}, or build TorchSharp's binding for this one with lib/native/build.sh"
                : takesAny ? null
                : FormattableString.Invariant($"but it has all of the {symbols.Needed:N0} symbols that TorchSharp needs. {AnyVariable}=1 loads it; whether all means the same in it nobody has tried");
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return $"it cannot be compared: {error.Message.TrimEnd('.')}";
        }
    }

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
