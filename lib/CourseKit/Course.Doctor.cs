using CourseKit.Native;
using CourseKit.Preflight;

namespace CourseKit;

public static partial class Course
{
    /// <summary>
    /// Looks whether this machine can do all of the course - SDK, build, native libraries, GPU, memory, threads, data, disk - and names each fault and its remedy.
    /// <c>coursekit doctor</c> looks at the installed kernel, too.
    /// </summary>
    /// <returns>A report that displays itself as a table.</returns>
    public static DoctorReport Doctor() => Checkup.Of(Machine.Here);
}
