using System.Collections.Concurrent;

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

    internal CompiledCache Cache { get; init; } = CompiledCache.OfUser;

    /// <summary>Installs the kernel, in place of one that was installed before. Whatever happens, the old one or the new one stands there whole.</summary>
    /// <param name="program">The executable, which takes <c>kernel start CONNECTION_FILE</c>; all of its folder is copied.</param>
    /// <param name="version">The version of the program, which the kernelspec keeps.</param>
    /// <param name="checkout">The folder of the course it was built in; null where there is none.</param>
    /// <param name="compile">Whether to compile ahead of time, which takes some twenty seconds the first time and halves the time a kernel takes to start.</param>
    /// <param name="progress">Is told what is going on.</param>
    /// <param name="cancel">Stops it; nothing has changed then.</param>
    /// <exception cref="InstallException">Something else stands there.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<Installation> InstallAsync(string program, string version, string? checkout, bool compile, IProgress<string> progress, CancellationToken cancel)
    {
        var replaced = place.Find();
        var beside = Directory.CreateDirectory(Beside()).FullName;
        try
        {
            var source = Path.GetDirectoryName(program)!;
            var target = Path.Combine(beside, Programs);
            progress.Report("Copying the kernel");
            Copy(source, target, cancel);
            var notCompiled = compile ? await CompileAsync(target, progress, cancel) : "as asked";
            KernelSpec.Write(beside, place.Name, Path.Combine(place.Folder, Programs, Path.GetFileName(program)), version, checkout);
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

    /// <summary>Compiles what is of use; returns why it could not, in which case the copy is as it was.</summary>
    private async Task<string?> CompileAsync(string target, IProgress<string> progress, CancellationToken cancel)
    {
        var compiled = Path.Combine(target, ".compiled");
        try
        {
            progress.Report("Fetching the compiler");
            var compiler = await AheadCompiler.FetchAsync(cancel);
            var files = new DirectoryInfo(target).GetFiles().Where(file => AheadCompiler.Takes(file.FullName)).OrderByDescending(file => file.Length).ToList();
            Directory.CreateDirectory(compiled);
            var (started, keys) = (0, new ConcurrentBag<string>());
            // Side by side, the largest first: one compiler by itself does not keep even two processors busy.
            await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancel }, async (file, stop) =>
            {
                progress.Report($"Compiling ahead of time, {Interlocked.Increment(ref started)} of {files.Count}: {file.Name}");
                var to = Path.Combine(compiled, file.Name);
                var key = CompiledCache.Key(file.FullName, AheadCompiler.Settings(file.FullName));
                if (!Cache.TryCopy(key, to))
                {
                    await compiler.CompileAsync(file.FullName, to, stop);
                    Cache.Add(key, to);
                }
                keys.Add(key);
            });
            Cache.Tidy(keys);
            foreach (var file in files)
                File.Move(Path.Combine(compiled, file.Name), file.FullName, overwrite: true);
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
