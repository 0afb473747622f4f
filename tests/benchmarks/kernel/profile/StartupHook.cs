using CourseKit.Benchmarks.Profile;

/// <summary>The runtime runs this before a kernel's own code, since DOTNET_STARTUP_HOOKS names it: the name and the place are the runtime's rule.</summary>
internal static class StartupHook
{
    /// <summary>Notes the methods from now on, and writes them down once a file asks for it.</summary>
    public static void Initialize()
    {
        // The kernel's own child processes have the variable, too, and must not write.
        if (Environment.GetEnvironmentVariable("COURSEKIT_PROFILE") is not { Length: > 0 } file)
            return;
        Environment.SetEnvironmentVariable("COURSEKIT_PROFILE", null);
        var compiled = new CompiledMethods();
        new Thread(() => WriteWhenAsked(compiled, file)) { IsBackground = true }.Start();
    }

    private static void WriteWhenAsked(CompiledMethods compiled, string file)
    {
        while (!File.Exists(file + ".now"))
            Thread.Sleep(100);
        try
        {
            ProfileFile.Write(compiled.Find(), file);
        }
        catch (Exception e)
        {
            File.WriteAllText(file + ".error", e.ToString());
        }
    }
}
