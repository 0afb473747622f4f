using System.Runtime.InteropServices;
using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>Checks that the native libraries are not damaged and have what they need. On this machine, the check also loads them.</summary>
internal static class NativeCheck
{
    private const string Name = "native";
    private static readonly string[] Libraries = [NativeBackend.LibraryName, "libSkiaSharp" + Path.GetExtension(NativeBackend.LibraryName)];

    public static DoctorCheck Of(Machine machine)
    {
        var paths = Libraries.Select(library => Path.Combine(machine.Build, library)).ToList();
        if (machine.IsHere && !OperatingSystem.IsLinux())
            return Load(machine, paths);
        var chosen = machine.Variable(LibTorchFolder.Variable);
        if (chosen is not null && LibTorchFolder.Refusal(chosen, machine) is not null)
            return DoctorCheck.Broken(Name, $"the libtorch that {LibTorchFolder.Variable} names is refused, so nothing is loaded", "See backend.");
        string[] folders = [machine.Build, .. chosen is null ? Array.Empty<string>() : [chosen]];
        if (paths.FirstOrDefault(path => !Machine.IsFile(path)) is { } gone)
            return DoctorCheck.Broken(Name, $"{gone}: not found", $"Run {NativeBackend.Build}.");
        if (paths.Select(path => NativeFaults.Damage(path, folders)).FirstOrDefault(damage => damage is not null) is { } damage)
            return DoctorCheck.Broken(Name, damage, NativeBackend.DamageRemedy);
        if (machine.IsHere)
            return Load(machine, paths); // the system's loader decides, because it searches more folders than SystemLibrary
        var missing = paths.Select(path => NativeFaults.Missing(machine, path, folders)).FirstOrDefault(missing => missing is not null);
        return missing is not null ? DoctorCheck.Broken(Name, missing, NativeBackend.Remedy) : DoctorCheck.Ok(Name, Whole(folders));
    }

    private static DoctorCheck Load(Machine machine, IEnumerable<string> paths)
    {
        try
        {
            NativeBackend.Load();
            foreach (var path in paths)
                NativeLibrary.Load(path);
            return DoctorCheck.Ok(Name, $"{Whole([machine.Build])}; they load");
        }
        catch (Exception error) when (error is NativeBackendException or DllNotFoundException or BadImageFormatException)
        {
            return DoctorCheck.Broken(Name, error.Message.Trim(), NativeBackend.Remedy);
        }
    }

    private static string Whole(IReadOnlyList<string> folders) => $"{string.Join(", ", Libraries)} and what they need, in {string.Join(" and ", folders)}";
}
