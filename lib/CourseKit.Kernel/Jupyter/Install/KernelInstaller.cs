namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>The result of an installation.</summary>
/// <param name="NotCompiled">Why the kernel was not compiled ahead of time and starts slower; null if it was compiled.</param>
/// <param name="GoneCheckout">The folder that the replaced kernel was installed from, if that folder is no longer there; else null.</param>
public sealed record Installation(string? NotCompiled, string? GoneCheckout);

/// <summary>
/// Installs a program as a Jupyter kernel. The kernel's folder holds a copy of the program, compiled ahead of time, so that no later build
/// disturbs the kernel.
/// </summary>
/// <param name="place">The place of the kernel.</param>
public sealed class KernelInstaller(KernelPlace place)
{
    /// <summary>The environment variable that tells a kernel where it was installed from. Asking a variable is quicker than asking a file.</summary>
    public const string CheckoutVariable = "COURSEKIT_CHECKOUT";

    private const string Programs = "bin";

    /// <summary>
    /// Installs the kernel and replaces one that was installed before. Whatever happens, either the old kernel or the new one is there, complete.
    /// </summary>
    /// <param name="program">The executable, which takes <c>kernel start CONNECTION_FILE</c>; its whole folder is copied.</param>
    /// <param name="checkout">The folder of the course that the program was built in; null if there is none.</param>
    /// <param name="compile">Whether to compile ahead of time. It takes most of a minute and halves the time that a kernel takes to start.</param>
    /// <param name="progress">Receives what is going on.</param>
    /// <param name="cancel">Stops the installation; nothing has changed then.</param>
    /// <exception cref="InstallException">Something else is in the kernel's place.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<Installation> InstallAsync(string program, string? checkout, bool compile, IProgress<string> progress, CancellationToken cancel)
    {
        var replaced = place.Find();
        var beside = Directory.CreateDirectory(Beside()).FullName;
        try
        {
            var source = Path.GetDirectoryName(program)!;
            var target = Path.Combine(beside, Programs);
            progress.Report("Copying the kernel");
            Copy(source, target, cancel);
            var notCompiled = compile ? await CompileAsync(source, target, progress, cancel) : "as asked";
            KernelSpec.Write(beside, place.Name, Path.Combine(place.Folder, Programs, Path.GetFileName(program)), checkout);
            cancel.ThrowIfCancellationRequested();
            SetAside(() => Directory.Move(beside, place.Folder));
            return new(notCompiled, replaced?.GoneCheckout);
        }
        finally
        {
            if (Directory.Exists(beside))
                Directory.Delete(beside, recursive: true);
        }
    }

    /// <summary>Removes the kernel.</summary>
    /// <exception cref="InstallException">There is no kernel, or something else is in its place.</exception>
    public void Uninstall()
    {
        if (place.Find() is null)
            throw new InstallException($"no kernel '{place.Name}' is installed in {Path.GetDirectoryName(place.Folder)}. `jupyter kernelspec list` shows where kernels are.");
        SetAside();
    }

    // Copies the files that links point to: a build's output links to the package cache, which may be cleared.
    private static void Copy(string source, string target, CancellationToken cancel)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            cancel.ThrowIfCancellationRequested();
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
        foreach (var folder in Directory.EnumerateDirectories(source))
            Copy(folder, Path.Combine(target, Path.GetFileName(folder)), cancel);
    }

    /// <summary>Compiles the assemblies that a kernel uses. Returns null, or else why it could not; then the copy is unchanged.</summary>
    private static async Task<string?> CompileAsync(string source, string target, IProgress<string> progress, CancellationToken cancel)
    {
        var compiled = Path.Combine(target, ".compiled");
        try
        {
            progress.Report("Fetching the compiler");
            var compiler = await AheadCompiler.FetchAsync(cancel);
            var files = Directory.GetFiles(source).Where(AheadCompiler.Takes).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
            Directory.CreateDirectory(compiled);
            foreach (var (index, file) in files.Index())
            {
                progress.Report($"Compiling ahead of time, {index + 1} of {files.Count}: {file}");
                await compiler.CompileAsync(Path.Combine(source, file!), Path.Combine(compiled, file!), cancel);
            }
            foreach (var file in files)
                File.Move(Path.Combine(compiled, file!), Path.Combine(target, file!), overwrite: true);
            return null;
        }
        catch (AheadCompilerException e)
        {
            return e.Message;
        }
        finally
        {
            if (Directory.Exists(compiled))
                Directory.Delete(compiled, recursive: true);
        }
    }

    /// <summary>Removes the content of the kernel's place. The folder is renamed first, because deleting takes time.</summary>
    private void SetAside(Action? then = null)
    {
        var aside = Beside();
        if (Directory.Exists(place.Folder))
            Directory.Move(place.Folder, aside);
        try
        {
            then?.Invoke();
        }
        catch when (Directory.Exists(aside))
        {
            Directory.Move(aside, place.Folder);
            throw;
        }
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
    }

    // Jupyter does not accept a kernel's name with a tilde.
    private string Beside() => $"{place.Folder}~{Guid.NewGuid():N}";
}
