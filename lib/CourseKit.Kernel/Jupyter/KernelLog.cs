namespace CourseKit.Kernel.Jupyter;

/// <summary>The kernel's own messages: on the process's standard error, which front ends keep as their log; never in a cell's output.</summary>
internal sealed class KernelLog
{
    private readonly TextWriter stderr = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true });

    public void Warn(string message) => stderr.WriteLine($"[coursekit kernel] {message}");
}
