using System.Diagnostics;
using CourseKit.Cli.Shell;
using CourseKit.Common;
using CourseKit.Kernel.Jupyter.Install;
using Spectre.Console;

namespace CourseKit.Cli.Kernel;

internal static class KernelVerbs
{
    public static async Task<int> InstallAsync(KernelPlace place, bool compile)
    {
        using var interruption = new Interruption();
        var clock = Stopwatch.StartNew();
        try
        {
            var installation = await ShowAsync(compile, progress =>
                new KernelInstaller(place).InstallAsync(Program(), ProductVersion.Of(typeof(KernelVerbs).Assembly), CourseFolder.Of(AppContext.BaseDirectory), compile, progress, interruption.Token));
            Console.WriteLine($"Installed the kernel '{place.Name}' in {place.Folder} ({clock.Elapsed.TotalSeconds:0} s).");
            Explain(place, installation, compile);
            return ExitCode.Ok;
        }
        catch (InstallException e)
        {
            Console.Error.WriteLine($"coursekit: {e.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("coursekit: stopped; the kernels that were installed are as they were");
            return interruption.ExitCode;
        }
    }

    public static int Uninstall(KernelPlace place)
    {
        try
        {
            new KernelInstaller(place).Uninstall();
            Console.WriteLine($"Removed the kernel '{place.Name}' from {place.Folder}.");
            return ExitCode.Ok;
        }
        catch (InstallException e)
        {
            Console.Error.WriteLine($"coursekit: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static void Explain(KernelPlace place, Installation installation, bool compile)
    {
        if (installation.GoneCheckout is { } gone)
            Console.WriteLine($"It replaces one that was installed from {gone}, which is no longer there.");
        if (compile && installation.NotCompiled is { } reason)
        {
            Console.WriteLine($"It works, but starts slower than it could, because it could not be compiled ahead of time: {reason.TrimEnd('.')}. "
                + "Install again when that has changed.");
        }
        Console.WriteLine("VS Code: open a notebook, Select Kernel > Jupyter Kernel... > C# (needs Microsoft's extension Jupyter). Jupyter: choose it by its name.");
        if (!JupyterFolders.IsSearched(place.DataFolder))
            Console.WriteLine($"Found by the Jupyter of that prefix; by any other only with JUPYTER_PATH={place.DataFolder}");
    }

    private static Task<T> ShowAsync<T>(bool compile, Func<IProgress<string>, Task<T>> work)
    {
        if (CommandConsole.IsTerminal)
            return AnsiConsole.Status().StartAsync("Installing", context => work(new Told(text => context.Status(Markup.Escape(text)))));
        if (compile)
            Console.WriteLine("Compiling the kernel ahead of time, so that it starts fast: this takes up to half a minute, and seconds where it was done before.");
        return work(new Told(_ => { }));
    }

    // The path of the executable beside this assembly. The path of the running process would be wrong if the user runs `dotnet NAME.dll`.
    // The installer copies the folder of this executable.
    private static string Program()
    {
        var name = Path.GetFileNameWithoutExtension(typeof(KernelVerbs).Assembly.Location);
        return Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? name + ".exe" : name);
    }

    // Progress<T> is not used: it reports on thread pool threads, so an old text could come last.
    private sealed class Told(Action<string> show) : IProgress<string>
    {
        public void Report(string value) => show(value);
    }
}
