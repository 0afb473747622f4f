using CourseKit.Native;
using CourseKit.Preflight;

namespace CourseKit;

public static partial class Course
{
    /// <summary>
    /// Checks whether this machine can run the whole course: SDK, build, native libraries, GPU, memory, threads, data and disk.
    /// Names each fault and its remedy. <c>coursekit doctor</c> also checks the installed kernel.
    /// </summary>
    /// <returns>A report that displays itself as a table.</returns>
    public static DoctorReport Doctor() => Checkup.Of(Machine.Here);
}
