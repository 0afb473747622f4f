using System.Globalization;
using CourseKit.Native;

namespace CourseKit.Tests.Preflight;

/// <summary>A machine of real files in a folder of its own: sound, with the course built on it, until a test breaks something.</summary>
internal sealed class FakeMachine : IDisposable
{
    private readonly Dictionary<string, string> variables = [];

    private FakeMachine(string build)
    {
        Write("usr/share/dotnet/sdk/10.0.401/dotnet.dll", "");
        Write("proc/meminfo", "MemTotal:       16000000 kB\nMemFree:         200000 kB\nMemAvailable:   12000000 kB\n");
        foreach (var library in new[] { "libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2" })
            Link($"usr/lib/x86_64-linux-gnu/{library}", Machine.Here.SystemLibrary(library)!);
        Write("course/CourseKit.sln", "");
        Write("course/global.json", """{ "sdk": { "version": "10.0.100", "rollForward": "latestFeature" } }""");
        foreach (var file in Directory.GetFiles(Path.Combine(Machine.Here.Course!, "data"), "*.gz"))
            Link($"course/data/{Path.GetFileName(file)}", file);
        foreach (var file in Directory.GetFiles(build))
            Link($"{Built}/{Path.GetFileName(file)}", new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file);
    }

    /// <summary>A machine with the library as it is built here, which must be as it comes.</summary>
    public static FakeMachine OrSkip()
    {
        // tests/THIS/bin/CONFIGURATION/net10.0 -> lib/CourseKit/bin/CONFIGURATION/net10.0
        var build = Path.Combine(Machine.Here.Course!, "lib", "CourseKit", "bin", new DirectoryInfo(NativeBackend.Folder).Parent!.Name, Path.GetFileName(NativeBackend.Folder));
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the machines that tests build are Linux ones");
        Assert.SkipUnless(Machine.IsFile(Path.Combine(build, "libtorch_cpu.so")) && !LibTorchFolder.HasCuda(build), "the machines that tests build have the course built for the CPU");
        return new FakeMachine(build);
    }

    /// <summary>The build's output, below the root.</summary>
    public const string Built = "course/lib/CourseKit/bin/Release/net10.0";

    public string Root { get; } = Directory.CreateTempSubdirectory("machine-").FullName;

    public int Cores { get; set; } = 8;

    public string this[string variable] { set => variables[variable] = value; }

    public Machine Machine => new(Root, PathOf(Built), variables, Cores);

    public string PathOf(string path) => Path.Combine(Root, path);

    public void Write(string path, string text)
    {
        Remove(path);
        File.WriteAllText(PathOf(path), text);
    }

    public void Write(string path, byte[] bytes)
    {
        Remove(path);
        File.WriteAllBytes(PathOf(path), bytes);
    }

    public void Link(string path, string target)
    {
        Remove(path);
        File.CreateSymbolicLink(PathOf(path), target);
    }

    /// <summary>Sets the permissions of a file or a folder, such as "755".</summary>
    public void Permit(string path, string mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(PathOf(path), (UnixFileMode)Convert.ToInt32(mode, 8));
    }

    /// <summary>Removes a file or a folder; what a link leads to stays.</summary>
    public void Remove(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        if (Directory.Exists(PathOf(path)))
            Directory.Delete(PathOf(path), recursive: true);
        else
            File.Delete(PathOf(path));
    }

    /// <summary>A GPU with its driver, as a machine of its own has it or a container that was given it.</summary>
    public void InstallGpu(string driver = "570.124.06", bool isOpen = true)
    {
        Write("sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n");
        Write("sys/bus/pci/devices/0000:01:00.0/class", "0x030000\n");
        Write("proc/driver/nvidia/version", isOpen
            ? $"NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  {driver}  Release Build  (dvs-builder@U16)\nGCC version:  gcc version 13.3.0\n"
            : $"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {driver}  Tue Mar  5 22:23:56 UTC 2024\n");
        foreach (var node in new[] { "nvidiactl", "nvidia-uvm", "nvidia0" })
            Write($"dev/{node}", "");
        Write($"usr/lib/x86_64-linux-gnu/libcuda.so.{driver}", "");
        Link("usr/lib/x86_64-linux-gnu/libcuda.so.1", $"libcuda.so.{driver}");
    }

    public void SetFreeMemory(double gigabytes) =>
        Write("proc/meminfo", $"MemTotal:       16000000 kB\nMemAvailable:   {((long)(gigabytes * 1048576)).ToString(CultureInfo.InvariantCulture)} kB\n");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
