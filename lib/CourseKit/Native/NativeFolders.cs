using System.Runtime.InteropServices;
using CourseKit.Common;
using TorchSharp;

namespace CourseKit.Native;

/// <summary>
/// Finds the native libraries. A build of the course puts them beside CourseKit.dll. In a program that references CourseKit they lie where .NET puts native
/// libraries, and in a notebook that fetches the package CourseKit they stay in the package cache.
/// </summary>
internal static class NativeFolders
{
    /// <summary>The folders that may hold native libraries, in the order of the search.</summary>
    public static IEnumerable<string> All
    {
        get
        {
            var (folder, native) = (NativeBackend.Folder, Path.Combine("runtimes", Platform, "native"));
            var ofHost = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
            // PACKAGES/torchsharp/VERSION/lib/FRAMEWORK/TorchSharp.dll
            var torchSharp = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(torch).Assembly.Location)!, "..", ".."));
            var libtorch = Path.GetFullPath(Path.Combine(torchSharp, "..", "..", $"libtorch-cpu-{Platform}", NativeBackend.LibTorchVersion, native));
            return new[] { folder }.Concat(ofHost).Concat([Path.Combine(folder, native), Path.Combine(torchSharp, native), libtorch]);
        }
    }

    /// <summary>The full path of a library; null if it is in none of the folders.</summary>
    public static string? Find(string library) => All.Select(folder => Path.Combine(folder, library)).FirstOrDefault(Machine.IsFile);

    /// <summary>
    /// The binding as this system can load it: the file itself, or a copy in the user's cache folder in which the need for a newer libstdc++ is weak. The
    /// package's own file is never touched.
    /// </summary>
    /// <param name="binding">libLibTorchSharp.so, as TorchSharp's package brings it, or a copy of it.</param>
    /// <exception cref="NativeBackendException">The copy cannot be written.</exception>
    public static string Loadable(string binding)
    {
        if (!LoadableCopy.Helps(binding) || Machine.Here.SystemLibrary("libstdc++.so.6") is not { } system || ElfSymbolVersions.ReadDefined(system).Contains(ElfSymbolVersions.NeedlessVersion))
            return binding;
        try
        {
            return LoadableCopy.Make(binding);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NativeBackendException($"{binding} needs a newer system, and the copy of it that would load here cannot be written: {error.Message} "
                + $"Make {UserPath.Cache} writable, or name another folder with XDG_CACHE_HOME.", error);
        }
    }

    private static string Platform
    {
        get
        {
            var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            return OperatingSystem.IsWindows() ? $"win-{architecture}" : OperatingSystem.IsMacOS() ? $"osx-{architecture}" : $"linux-{architecture}";
        }
    }
}
