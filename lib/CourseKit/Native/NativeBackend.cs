using System.Reflection;
using System.Runtime.InteropServices;

namespace CourseKit.Native;

/// <summary>
/// Loads libtorch and TorchSharp's native binding, before TorchSharp searches for them: from the folder of CourseKit.dll, or where .NET puts the native
/// libraries of packages (NativeFolders.cs). If the environment variable COURSEKIT_LIBTORCH names another folder, libtorch comes from that folder.
/// </summary>
public static class NativeBackend
{
    private static readonly Lock Gate = new();
    private static bool loaded;

    /// <summary>The version of libtorch that TorchSharp's binding was built for: that of Directory.Packages.props.</summary>
    internal static string LibTorchVersion { get; } =
        typeof(NativeBackend).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(one => one.Key == nameof(LibTorchVersion)).Value!;

    /// <summary>The folder that holds CourseKit.dll. After a build of the course, the native libraries lie flat beside it.</summary>
    public static string Folder { get; } = Path.GetDirectoryName(typeof(NativeBackend).Assembly.Location)!;

    /// <summary>Whether libtorch was loaded by <see cref="Load()"/>.</summary>
    internal static bool IsLoaded
    {
        get
        {
            lock (Gate)
                return loaded;
        }
    }

    /// <summary>Whether the libtorch in use has CUDA.</summary>
    internal static bool HasCuda => LibTorchFolder.HasCuda(LibTorchFolder.Chosen ?? Folder);

    /// <summary>torch's default device: new tensors and modules are on this device, unless the call names another device.</summary>
    internal static TorchSharp.torch.Device Device
    {
        get
        {
            Load();
            return TorchSharp.torch.get_default_device();
        }
    }

    /// <summary>Loads the native libraries, and sets options for their threads and memory. After a success, later calls do nothing.</summary>
    /// <exception cref="NativeBackendException">A library is missing or damaged, or needs something that this system does not have.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (loaded)
                return;
            NativeThreads.Bound();
            var path = NativeFolders.Find(LibraryName) ?? throw new NativeBackendException(Machine.Here.Course is null
                ? $"{LibraryName}: not found in {string.Join(", ", NativeFolders.All.Distinct())}. A program gets it by a reference to the package or project CourseKit; see docs/library.md."
                : $"{Path.Combine(Folder, LibraryName)}: not found. The native libraries lie beside CourseKit.dll after a build: run {Build}.");
            path = NativeFolders.Loadable(path);
            // The dynamic loader looks for the binding's dependencies by name among the loaded libraries. So libtorch is loaded before the binding.
            foreach (var library in LibTorchFolder.Chosen is { } folder ? LibTorchFolder.Libraries(folder, Folder, LibTorchFolder.TakesAny) : LibTorchFolder.Apart(path))
                _ = Load(library);
            var binding = Load(path);
            NativeHeap.Keep();
            NativeHandles.Keep(binding);
            NativeErrors.Install();
            DeviceFull.Install();
            loaded = true;
        }
    }

    internal static string LibraryName =>
        OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    internal static nint Load(string library)
    {
        if (!Machine.IsFile(library))
        {
            throw new NativeBackendException(
                $"{library}: not found. The native libraries lie beside CourseKit.dll after a build: run {Build}.");
        }
        string[] folders = [Path.GetDirectoryName(library)!, .. LibTorchFolder.Chosen is { } chosen ? [chosen] : Array.Empty<string>()];
        if (OperatingSystem.IsLinux() && NativeFaults.Damage(library, folders) is { } damage)
            throw new NativeBackendException($"{damage} {DamageRemedy}");
        try
        {
            return NativeLibrary.Load(library);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeBackendException((OperatingSystem.IsLinux() ? NativeFaults.Missing(Machine.Here, library, folders) : null) is { } missing
                ? $"{missing} {Remedy}" : $"{library}: {error.Message.Trim()} Check that libtorch lies beside it (`dotnet build -c Release`).", error);
        }
    }

    /// <summary>
    /// How to build what a notebook needs. The command leaves out the tests, because they need packages that a classroom computer does not have.
    /// </summary>
    internal const string Build = "`dotnet build -c Release lib/CourseKit.Cli` in the course folder";

    /// <summary>What to do if a library is damaged.</summary>
    internal const string DamageRemedy = $"Delete it, and where it is a link into the package cache the folder of that package; then run {Build}.";

    /// <summary>What to do if a library or a symbol version is missing.</summary>
    internal const string Remedy = "Use a newer system (Debian 12, Ubuntu 22.04 or later; the dev container has one), or build here, "
        + $"which makes a copy of the library for this system: {Build}.";
}
