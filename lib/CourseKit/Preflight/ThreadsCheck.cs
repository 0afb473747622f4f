using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>Compares the number of threads that a notebook uses with the number of cores.</summary>
internal static class ThreadsCheck
{
    private const string Name = "threads";

    public static DoctorCheck Of(Machine machine)
    {
        var (own, openMp) = (machine.Variable("COURSEKIT_THREADS"), machine.Variable("OMP_NUM_THREADS"));
        int threads;
        try
        {
            threads = NativeThreads.CountOf(own, openMp, machine.Cores);
        }
        catch (ArgumentException error)
        {
            return DoctorCheck.Broken(Name, error.Message, "Unset COURSEKIT_THREADS, or set it to a number of threads.");
        }
        var cores = $"{machine.Cores} core{(machine.Cores == 1 ? "" : "s")}";
        var found = $"{threads} thread{(threads == 1 ? "" : "s")} a notebook, {cores}";
        return own is null && int.TryParse(openMp?.Split(',')[0], out var asked) && asked > machine.Cores
            ? DoctorCheck.Limited(Name, $"OMP_NUM_THREADS is {openMp} on {cores}: native code that the course does not bound takes them all at once",
                $"Set OMP_NUM_THREADS to {machine.Cores} at most, or unset it: the course then takes one.")
            : int.TryParse(own, out asked) && asked > machine.Cores
            ? DoctorCheck.Limited(Name, $"COURSEKIT_THREADS is {own} on {cores}; {machine.Cores} are taken", $"Set COURSEKIT_THREADS to {machine.Cores} at most; a class that shares the machine wants fewer.")
            : DoctorCheck.Ok(Name, found);
    }
}
