using CourseKit.Cli.Shell;
using CourseKit.Common;
using CourseKit.Kernel.Jupyter.Install;

namespace CourseKit.Cli.Kernel;

internal static class KernelVerbs
{
    public static int Install(KernelPlace place)
    {
        using var interruption = new Interruption();
        try
        {
            var gone = new KernelInstaller(place).Install(Program(), ProductVersion.Of(typeof(KernelVerbs).Assembly), CourseFolder.Of(AppContext.BaseDirectory), interruption.Token);
            Console.WriteLine($"Installed the kernel '{place.Name}' in {place.Folder}.");
            if (gone is not null)
                Console.WriteLine($"It replaces one that was installed from {gone}, which is no longer there.");
            Console.WriteLine($"VS Code (with Microsoft's extension Jupyter): open a notebook, Select Kernel > Jupyter Kernel... > {place.DisplayName}. Jupyter: choose it by its name.");
            if (!JupyterFolders.IsSearched(place.DataFolder))
                Console.WriteLine($"Found by the Jupyter of that prefix; by any other only with JUPYTER_PATH={place.DataFolder}");
            if (VsCode.SettingsFile() is not { } file || !VsCode.HasSettings(file))
            {
                Console.WriteLine("For completion after a point, put these two lines into VS Code's user settings (Preferences: Open User Settings (JSON)):");
                foreach (var setting in VsCode.Settings)
                    Console.WriteLine($"  {setting}");
            }
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

    // The path of the executable beside this assembly; a .NET tool has none, then the path of the assembly. The path of the running process would be
    // wrong for a tool and for `dotnet NAME.dll`. The installer copies the folder of this file.
    private static string Program()
    {
        var assembly = typeof(KernelVerbs).Assembly.Location;
        var executable = Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(executable) ? executable : assembly;
    }
}
