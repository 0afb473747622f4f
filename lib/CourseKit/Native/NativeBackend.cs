using System.Runtime.InteropServices;

namespace CourseKit.Native;

/// <summary>
/// Loads libtorch and TorchSharp's binding from the folder of CourseKit.dll, before TorchSharp first looks for them.
/// If the environment variable COURSEKIT_LIBTORCH names another folder, libtorch comes from that folder.
/// </summary>
public static class NativeBackend
{
    private static readonly Lock Gate = new();
    private static bool loaded;

    /// <summary>The folder that holds CourseKit.dll and, flat beside it, the native libraries.</summary>
    public static string Folder { get; } = Path.GetDirectoryName(typeof(NativeBackend).Assembly.Location)!;

    /// <summary>Whether the libtorch that is used has CUDA.</summary>
    internal static bool HasCuda => LibTorchFolder.HasCuda(LibTorchFolder.Chosen ?? Folder);

    /// <summary>torch's default device. Tensors and modules live there unless another device is named.</summary>
    internal static TorchSharp.torch.Device Device
    {
        get
        {
            Load();
            return TorchSharp.torch.get_default_device();
        }
    }

    /// <summary>Loads the native libraries once; later calls do nothing.</summary>
    /// <exception cref="NativeBackendException">A library is missing, damaged, or asks for more than this system has.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (loaded)
                return;
            NativeThreads.Bound();
            // The binding looks for the libraries that it needs by name, among the loaded libraries. So they are loaded first.
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
            NativeLibrary.Load(library);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeBackendException((OperatingSystem.IsLinux() ? NativeFaults.Missing(Machine.Here, library, folders) : null) is { } missing
                ? $"{missing} {Remedy}" : $"{library}: {error.Message.Trim()} Check that libtorch lies beside it (`dotnet build -c Release`).", error);
        }
    }

    /// <summary>
    /// How to build what a notebook needs. The tests are left out, because they need packages that a seat in a classroom does not have.
    /// </summary>
    internal const string Build = "`dotnet build -c Release lib/CourseKit.Cli` in the course folder";

    /// <summary>What helps if a library is not whole.</summary>
    internal const string DamageRemedy = $"Delete it, and where it is a link into the package cache the folder of that package; then run {Build}.";

    /// <summary>What helps if a library or a symbol version is missing.</summary>
    internal const string Remedy = "Use a newer system (Debian 12, Ubuntu 22.04 or later; the dev container has one), or build here, "
        + $"which makes a copy of the library for this system: {Build}.";
}
