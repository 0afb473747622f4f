using System.Text.RegularExpressions;

namespace CourseKit.Native;

/// <summary>The state of a machine's NVIDIA GPUs: there is none, torch can use one, or torch cannot use one for a known reason.</summary>
/// <param name="IsThere">Whether there is a sign of a GPU, e.g. a driver or a PCI device.</param>
/// <param name="Found">What was found, or the exact fault.</param>
/// <param name="Remedy">What makes the GPU usable; null if the GPU is usable already, or if there is no GPU.</param>
internal sealed partial record Gpu(bool IsThere, string Found, string? Remedy)
{
    // libtorch 2.10 of TorchSharp-cuda-linux is built for CUDA 12.8. Within CUDA 12, every driver since 525.60.13 works (NVIDIA's minor version
    // compatibility).
    private static readonly Version OldestDriver = new(525, 60, 13);

    private const string Toolkit = "On the host, install the NVIDIA container toolkit and start the container with `--gpus all` (.devcontainer/gpu does).";

    /// <summary>Whether tensors can live on the GPU.</summary>
    public bool IsUsable => IsThere && Remedy is null;

    public static Gpu Of(Machine machine)
    {
        if (machine.IsHere && !OperatingSystem.IsLinux())
            return new(false, "not looked for on this system; the course needs none", null);
        var library = machine.SystemLibrary("libcuda.so.1");
        if (File.Exists(machine.PathOf("dev/dxg")) && library is not null)
            return new(true, $"a GPU through WSL, {library}", null);
        var driver = DriverPattern().Match(machine.Read("proc/driver/nvidia/version") ?? "") is { Success: true } match ? match.Groups[1].Value : null;
        if (driver is null)
        {
            return DisplayAdapter(machine) is { } adapter
                ? new(true, $"an NVIDIA GPU at {adapter}, but no driver", $"Install NVIDIA's driver, {OldestDriver} or newer, {(machine.IsContainer ? "on the host" : "and restart")}.")
                : new(false, "no NVIDIA GPU; the course needs none", null);
        }
        if (Version.Parse(driver) < OldestDriver)
            return new(true, $"NVIDIA driver {driver}, too old for CUDA 12.8", $"Install driver {OldestDriver} or newer{(machine.IsContainer ? " on the host" : "")}.");
        var nodes = new List<string>();
        if (!File.Exists(machine.PathOf("dev/nvidiactl")))
            nodes.Add("/dev/nvidiactl");
        if (machine.IsContainer && !File.Exists(machine.PathOf("dev/nvidia-uvm"))) // outside a container, the driver makes this node at its first use
            nodes.Add("/dev/nvidia-uvm");
        if (Nodes(machine).Length == 0)
            nodes.Add("/dev/nvidia0"); // any number counts, because a container may have only /dev/nvidia3
        if (nodes.Count > 0)
        {
            return machine.IsContainer ? new(true, $"the host has NVIDIA driver {driver}, but this container was started without its GPU: {string.Join(", ", nodes)} not there", Toolkit)
                : new(true, $"NVIDIA driver {driver}, but {string.Join(", ", nodes)} not there", "Run `nvidia-modprobe -c 0 -u`, or `nvidia-smi` as root, which makes them; or restart.");
        }
        if (library is null)
        {
            return new(true, $"NVIDIA driver {driver}, but libcuda.so.1 is in none of the system's library folders", machine.IsContainer
                ? Toolkit + " NVIDIA_DRIVER_CAPABILITIES must name compute, or all." : "Install the driver's compute part: `apt install libcuda1`, or libnvidia-compute of the same version.");
        }
        var version = LibraryPattern().Match(new FileInfo(library).ResolveLinkTarget(returnFinalTarget: true)?.Name ?? "") is { Success: true } name ? name.Groups[1].Value : null;
        return version is not null && version != driver
            ? new(true, $"{library} is of driver {version}, but the kernel runs {driver}", $"Restart {(machine.IsContainer ? "the host, then the container" : "the machine")}: the driver was updated while it ran.")
            : machine.Variables.TryGetValue("CUDA_VISIBLE_DEVICES", out var visible) && visible.Trim() is "" or "-1"
            ? new(true, $"CUDA_VISIBLE_DEVICES is \"{visible}\", which hides every GPU; NVIDIA driver {driver}", "Unset it to use the GPU.")
            : new(true, $"{Nodes(machine).Length} GPU{(Nodes(machine).Length == 1 ? "" : "s")}, NVIDIA driver {driver}", null);
    }

    private static string[] Nodes(Machine machine) => !Directory.Exists(machine.PathOf("dev")) ? [] : [.. Directory.GetFiles(machine.PathOf("dev"), "nvidia*").Where(file => NodePattern().IsMatch(Path.GetFileName(file)))];

    // PCI vendor 10de is NVIDIA. PCI class 03 is a display or 3D controller.
    private static string? DisplayAdapter(Machine machine) => !Directory.Exists(machine.PathOf("sys/bus/pci/devices")) ? null
        : Directory.GetDirectories(machine.PathOf("sys/bus/pci/devices")).Order(StringComparer.Ordinal).FirstOrDefault(device =>
            machine.Read(Path.Combine(device, "vendor")) == "0x10de" && machine.Read(Path.Combine(device, "class"))?.StartsWith("0x03", StringComparison.Ordinal) == true) is { } found
        ? Path.GetFileName(found) : null;

    // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue ..." or "... Open Kernel Module for x86_64  570.124.06  Release Build ...".
    [GeneratedRegex(@"Kernel Module.*?\s(\d+\.\d+(?:\.\d+)?)\s")]
    private static partial Regex DriverPattern();

    [GeneratedRegex(@"^libcuda\.so\.(\d+\.\d+(?:\.\d+)?)$")]
    private static partial Regex LibraryPattern();

    [GeneratedRegex(@"^nvidia\d+$")]
    private static partial Regex NodePattern();
}
