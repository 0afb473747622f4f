using System.Runtime.InteropServices;

namespace CourseKit.Native;

/// <summary>
/// Loads libtorch and TorchSharp's binding from the folder of CourseKit.dll before TorchSharp first looks for them; libtorch from another folder where
/// the environment variable COURSEKIT_LIBTORCH names one.
/// </summary>
public static class NativeBackend
{
    private static readonly Lock Gate = new();
    private static bool loaded;

    /// <summary>The folder that holds CourseKit.dll and, flat beside it, the native libraries.</summary>
    public static string Folder { get; } = Path.GetDirectoryName(typeof(NativeBackend).Assembly.Location)!;

    /// <summary>Whether the libtorch that is used has CUDA.</summary>
    internal static bool HasCuda => LibTorchFolder.HasCuda(LibTorchFolder.Chosen ?? Folder);

    /// <summary>Loads the native libraries once; later calls do nothing.</summary>
    /// <exception cref="NativeBackendException">A library is missing, damaged, or asks for more than this system has.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (loaded)
                return;
            NativeThreads.Bound();
            // The binding finds the libraries it needs by name among those that are loaded.
            foreach (var library in LibTorchFolder.Chosen is { } folder ? LibTorchFolder.Libraries(folder, Folder) : [])
                Load(library);
            Load(Path.Combine(Folder, LibraryName));
            NativeHeap.Keep();
            loaded = true;
        }
    }

    private static string LibraryName =>
        OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    internal static void Load(string library)
    {
        if (!File.Exists(library))
        {
            throw new NativeBackendException(
                $"{library}: not found. The native libraries lie beside CourseKit.dll after a build: run `dotnet build -c Release` in the course folder.");
        }
        try
        {
            NativeLibrary.Load(library);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeBackendException(OperatingSystem.IsLinux() ? Diagnose(library, error.Message) : $"{library}: {error.Message}", error);
        }
    }

    /// <summary>Why a library that is there does not load on Linux: a damaged file, a missing libtorch, or a symbol version the system lacks.</summary>
    private static string Diagnose(string library, string loaderMessage)
    {
        List<NeededVersion> needed;
        try
        {
            needed = ElfSymbolVersions.ReadNeeded(library);
        }
        catch (InvalidDataException error)
        {
            return $"{error.Message} Delete it and run `dotnet build -c Release` again.";
        }

        foreach (var group in needed.Where(need => !need.IsWeak).GroupBy(need => need.Library))
        {
            if (SystemLibrary(group.Key) is not { } system)
                continue;
            var offered = ElfSymbolVersions.ReadDefined(system);
            var missing = group.Select(need => need.Version).Except(offered).ToList();
            if (missing.Count == 0)
                continue;
            var asked = missing.MaxBy(Number)!;
            var found = offered.Where(version => Family(version) == Family(asked)).MaxBy(Number);
            return $"{library}: asks {group.Key} for {asked}, but {system} ends at {found ?? "none of that name"}. "
                + "Use a newer system (Debian 12, Ubuntu 22.04 or later; the dev container has one), or rebuild here with `dotnet build -c Release`, "
                + "which makes a copy of the library for this system.";
        }
        return $"{library}: {loaderMessage} Check that libtorch lies beside it (`dotnet build -c Release`).";
    }

    private static string? SystemLibrary(string name) =>
        new[] { "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib", "/lib" }
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string Family(string version) => version.Split('_')[0];

    // GLIBCXX_3.4.32 -> 3.4.32, so that 3.4.9 comes before 3.4.32.
    private static Version Number(string version)
    {
        var text = version[(version.IndexOf('_', StringComparison.Ordinal) + 1)..];
        return Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : text + ".0", out var number) ? number : new Version();
    }
}
