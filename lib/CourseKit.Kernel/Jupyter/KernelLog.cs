namespace CourseKit.Kernel.Jupyter;

/// <summary>Writes the kernel's own messages to standard error, which front ends keep as their log. They never appear in a cell's output.</summary>
internal sealed class KernelLog(Stream standardError)
{
    private readonly TextWriter stderr = TextWriter.Synchronized(new StreamWriter(standardError) { AutoFlush = true });

    public void Warn(string message) => stderr.WriteLine($"[coursekit kernel] {message}");
}
