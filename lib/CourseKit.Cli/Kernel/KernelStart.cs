using CourseKit.Cli.Shell;
using CourseKit.Common;
using CourseKit.Kernel.Jupyter;
using CourseKit.Kernel.Jupyter.Install;

namespace CourseKit.Cli.Kernel;

/// <summary>
/// Runs <c>coursekit kernel start</c>. This class does not load the parser of the command line,
/// because loading takes time and a user waits for the kernel.
/// </summary>
internal static class KernelStart
{
    public const string Verb = "kernel", Action = "start";

    public static int Run(string connectionFile)
    {
        if (!File.Exists(connectionFile))
        {
            Console.Error.WriteLine($"coursekit: kernel start {connectionFile}: no such connection file. Front ends make one and start the kernel themselves: "
                + "see `coursekit kernel install`.");
            return ExitCode.BadArguments;
        }
        var checkout = Environment.GetEnvironmentVariable(KernelInstaller.CheckoutVariable) is { Length: > 0 } named ? named : null;
        if (checkout is not null && !Directory.Exists(checkout))
        {
            Console.Error.WriteLine($"coursekit: this kernel was installed from {checkout}, which is no longer there. It works as it did; if the course moved, "
                + "`coursekit kernel install` in its new folder renews it.");
        }
        return JupyterKernel.Run(connectionFile, ProductVersion.Of(typeof(KernelStart).Assembly), checkout);
    }
}
