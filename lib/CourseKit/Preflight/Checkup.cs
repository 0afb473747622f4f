using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>All checks. Repair faults in this order, because a fault can cause faults in later checks.</summary>
internal static class Checkup
{
    private static readonly (string Name, Func<Machine, DoctorCheck> Look)[] Checks =
    [
        ("sdk", SdkCheck.Of), ("package", PackageCheck.Of), ("build", BuildCheck.Of), ("libstdc++", StandardLibraryCheck.Of), ("gpu", GpuCheck.Of), ("backend", BackendCheck.Of),
        ("native", NativeCheck.Of), ("memory", MemoryCheck.Of), ("threads", ThreadsCheck.Of), ("cultures", CulturesCheck.Of), ("data", DataCheck.Of), ("disk", DiskCheck.Of),
    ];

    // The checks of a build's output, which a package or a .NET tool is not.
    private static readonly string[] OfBuild = ["build", "libstdc++", "backend", "native", "data"];

    public static DoctorReport Of(Machine machine)
    {
        var isBuilt = BuildCheck.IsBuilt(machine);
        return new([.. Checks.Where(check => isBuilt ? check.Name != "package" : !OfBuild.Contains(check.Name)).Select(check => Look(check.Name, check.Look, machine))]);
    }

    // An unexpected exception, e.g. because a file cannot be read, becomes a finding. It must not stop the other checks.
    private static DoctorCheck Look(string name, Func<Machine, DoctorCheck> look, Machine machine)
    {
        try
        {
            return look(machine);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return DoctorCheck.Broken(name, error.Message, "Make it readable, or mend what it says.");
        }
    }
}
