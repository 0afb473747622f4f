using System.Collections.Concurrent;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>The result of an installation.</summary>
/// <param name="NotCompiled">Why the kernel was not compiled ahead of time and starts slower; null if it was compiled.</param>
/// <param name="GoneCheckout">The folder that the replaced kernel was installed from, if that folder is no longer there; else null.</param>
public sealed record Installation(string? NotCompiled, string? GoneCheckout);

/// <summary>
/// Installs a program as a Jupyter kernel. The program is copied into the kernel's folder, so that later builds do not change the kernel. The copy
/// can be compiled ahead of time.
/// </summary>
/// <param name="place">The place of the kernel.</param>
public sealed class KernelInstaller(KernelPlace place)
{
    /// <summary>The environment variable that tells a kernel where it was installed from. Asking a variable is quicker than asking a file.</summary>
    public const string CheckoutVariable = "COURSEKIT_CHECKOUT";

    private const string Programs = "bin";

    internal CompiledCache Cache { get; init; } = CompiledCache.OfUser;

    /// <summary>Installs the kernel, and replaces an older one. If the installation fails or is cancelled, the older kernel stays.</summary>
    /// <param name="program">The executable, which takes <c>kernel start CONNECTION_FILE</c>; all of its folder is copied.</param>
    /// <param name="version">The version of the program, which the kernelspec keeps.</param>
    /// <param name="checkout">The root folder of the course that the program was built in; null if there is none.</param>
    /// <param name="compile">Whether to compile ahead of time. That takes about 20 s the first time. The kernel then starts much faster.</param>
    /// <param name="progress">Receives a text at each step, from several threads.</param>
    /// <param name="cancel">Stops the installation with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InstallException">The kernel's folder holds something that CourseKit did not install.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write the folder.</exception>
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

    /// <summary>Compiles the assemblies in the target folder. Returns null, or the reason why they could not be compiled and are unchanged.</summary>
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
            // Two compilers run at the same time, because one alone does not use two cores fully. The largest files come first, so that both end
            // at about the same time.
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

    /// <summary>
    /// Renames the kernel's folder, runs <paramref name="then"/>, and deletes the renamed folder. If <paramref name="then"/> throws, the old name is
    /// restored. Renaming is fast, so the kernel is missing only for a moment.
    /// </summary>
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

    // A temporary folder beside the kernel's folder. Jupyter ignores it, because a kernel's name must not have a tilde.
    private string Beside() => $"{place.Folder}~{Guid.NewGuid():N}";
}
