using System.Runtime.InteropServices;
using CourseKit.Common;
using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>Compares the system's C++ library with the newest GLIBCXX version that TorchSharp's native binding needs.</summary>
internal static class StandardLibraryCheck
{
    private const string Name = "libstdc++", Library = "libstdc++.so.6", Family = "GLIBCXX";

    public static DoctorCheck Of(Machine machine)
    {
        if (machine.IsHere && !OperatingSystem.IsLinux())
            return DoctorCheck.Ok(Name, "not needed on this system");
        if (machine.SystemLibrary(Library) is not { } path)
            return machine.IsHere && Loads() ? DoctorCheck.Ok(Name, $"{Library} is in none of the usual folders, but the system finds it") : DoctorCheck.Broken(Name, $"{Library} is in none of the system's library folders", "Install it: `apt install libstdc++6`, or the package of that kind of your system.");
        string? offered, needed;
        try
        {
            offered = NativeFaults.Newest(ElfSymbolVersions.ReadDefined(path), Family);
            var binding = Path.Combine(machine.Build, "libLibTorchSharp.so");
            needed = File.Exists(binding) ? NativeFaults.Newest(ElfSymbolVersions.ReadNeeded(binding).Where(need => !need.IsWeak).Select(need => need.Version), Family) : null;
        }
        catch (InvalidDataException error)
        {
            return DoctorCheck.Broken(Name, error.Message, "Reinstall it: `apt install --reinstall libstdc++6`; if it is of the course, `dotnet build -c Release` again.");
        }
        return needed is not null && NativeFaults.Newest([needed, offered ?? Family + "_0.0"], Family) != offered
            ? DoctorCheck.Broken(Name, $"{path} ends at {offered ?? "no " + Family}, and libLibTorchSharp.so asks for {needed}", NativeBackend.Remedy)
            : DoctorCheck.Ok(Name, $"{path}, up to {offered}{(needed is null ? "" : $"; {needed} is needed")}");
    }

    private static bool Loads()
    {
        var loads = NativeLibrary.TryLoad(Library, out var handle);
        if (loads)
            NativeLibrary.Free(handle);
        return loads;
    }
}
