using System.CommandLine;
using CourseKit.Cli.Shell;
using CourseKit.Kernel.Jupyter.Install;

namespace CourseKit.Cli.Kernel;

/// <summary>Defines the verbs of <c>coursekit kernel</c> and their arguments.</summary>
internal static class KernelCommand
{
    private static readonly Option<bool> User = new("--user")
    {
        Description = "In your own Jupyter folder. That is the default.",
    };

    private static readonly Option<string?> Prefix = new("--prefix")
    {
        Description = "In DIR/share/jupyter instead, e.g. of a Python environment, or /usr/local for all users.",
        HelpName = "DIR",
    };

    private static readonly Option<string> Name = new("--name")
    {
        Description = "What Jupyter calls the kernel. The course's notebooks ask for the default.",
        HelpName = "NAME",
        DefaultValueFactory = _ => KernelPlace.DefaultName,
    };

    public static Command Create()
    {
        var install = new Command("install", "Makes a copy of this program Jupyter's kernel for C#, also in VS Code. Again: replaces it by a new one.")
        {
            User, Prefix, Name,
        };
        install.SetAction(arguments => KernelVerbs.Install(Place(arguments)));

        var uninstall = new Command("uninstall", "Removes the kernel.") { User, Prefix, Name };
        uninstall.SetAction(arguments => KernelVerbs.Uninstall(Place(arguments)));

        var file = new Argument<string>("CONNECTION_FILE") { Description = "What the front end wrote: addresses and key." };
        var start = new Command("start", "Runs the kernel; front ends do this.") { file };
        start.SetAction(arguments => KernelStart.Run(arguments.GetRequiredValue(file)));

        return new Command("kernel", "The kernel by which VS Code and Jupyter run the notebooks: installs, uninstalls.") { install, uninstall, start };
    }

    private static KernelPlace Place(ParseResult arguments)
    {
        var (prefix, name) = (arguments.GetValue(Prefix), arguments.GetValue(Name)!.ToLowerInvariant());
        if (arguments.GetValue(User) && prefix is not null)
            throw new UsageException("--user and --prefix are two places: give one of them");
        if (prefix is { Length: 0 })
            throw new UsageException("--prefix: expected a folder");
        if (!KernelPlace.IsName(name))
            throw new UsageException($"--name {arguments.GetValue(Name)}: expected letters, digits, '.', '-' and '_'");
        return new(prefix is null ? JupyterFolders.User : JupyterFolders.OfPrefix(prefix), name);
    }
}
