namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>
/// Installs a program as a Jupyter kernel. The program is copied into the kernel's folder, so that later builds do not change the kernel.
/// </summary>
/// <param name="place">The place of the kernel.</param>
public sealed class KernelInstaller(KernelPlace place)
{
    /// <summary>The environment variable that tells a kernel where it was installed from. Asking a variable is quicker than asking a file.</summary>
    public const string CheckoutVariable = "COURSEKIT_CHECKOUT";

    private const string Programs = "bin";

    /// <summary>Installs the kernel, and replaces an older one. If the installation fails or is cancelled, the older kernel stays.</summary>
    /// <param name="program">The executable, or the assembly where there is none, which takes <c>kernel start CONNECTION_FILE</c>; all of its folder is copied.</param>
    /// <param name="version">The version of the program, which the kernelspec keeps.</param>
    /// <param name="checkout">The root folder of the course that the program was built in; null if there is none.</param>
    /// <param name="cancel">Stops the installation with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The folder that the replaced kernel was installed from, if that folder is no longer there; else null.</returns>
    /// <exception cref="InstallException">The kernel's folder holds something that CourseKit did not install.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write the folder.</exception>
    public string? Install(string program, string version, string? checkout, CancellationToken cancel)
    {
        var replaced = place.Find();
        var beside = Directory.CreateDirectory(Beside()).FullName;
        try
        {
            Copy(Path.GetDirectoryName(program)!, Path.Combine(beside, Programs), cancel);
            // NuGet unpacks files that only the owner may run, and the kernel may be for all users.
            var script = Path.Combine(beside, Programs, KernelSpec.Script);
            if (!OperatingSystem.IsWindows() && File.Exists(script))
                File.SetUnixFileMode(script, File.GetUnixFileMode(script) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            KernelSpec.Write(beside, place.DisplayName, Path.Combine(place.Folder, Programs, Path.GetFileName(program)), version, checkout);
            cancel.ThrowIfCancellationRequested();
            SetAside(() => Directory.Move(beside, place.Folder));
            return replaced?.GoneCheckout;
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
