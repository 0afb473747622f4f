using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>Checks the GPU alone. It does not matter whether the build is for the CPU or for CUDA.</summary>
internal static class GpuCheck
{
    private const string Name = "gpu";

    public static DoctorCheck Of(Machine machine)
    {
        var gpu = Gpu.Of(machine);
        return gpu.Remedy is { } remedy ? DoctorCheck.Limited(Name, gpu.Found, remedy) : DoctorCheck.Ok(Name, gpu.Found);
    }
}
