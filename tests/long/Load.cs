namespace CourseKit.EndToEnd.Tests;

/// <summary>Other work for the machine.</summary>
internal static class Load
{
    /// <summary>Keeps two cores busy. The threads end with this process, whatever ends it.</summary>
    public static void Begin()
    {
        for (var i = 0; i < 2; i++)
            new Thread(() => { while (true) Thread.SpinWait(1000); }) { IsBackground = true }.Start();
    }
}
