using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>The GPU by itself, whatever the build is for.</summary>
internal static class GpuCheck
{
    private const string Name = "gpu";

    public static DoctorCheck Of(Machine machine)
    {
        var gpu = Gpu.Of(machine);
        return gpu.Remedy is { } remedy ? DoctorCheck.Limited(Name, gpu.Found, remedy) : DoctorCheck.Ok(Name, gpu.Found);
    }
}
