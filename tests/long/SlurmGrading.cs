using System.Diagnostics;
using System.Security.Cryptography;
using CourseKit.Cli.Tests.Classes;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>
/// A class graded by a Slurm array, on a cluster of one node that is made for it, while graders are killed and tasks put back into the queue. The
/// results must be those of one run.
/// </summary>
internal static class SlurmGrading
{
    private const int Shards = 4, Kills = 3;
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue"];

    /// <summary>Grades so many submissions both ways and prints how long each took, what was killed, and each file that differs.</summary>
    /// <returns>The exit code: 0 where no file differs.</returns>
    public static int Run(int count)
    {
        if (Environment.UserName != "root" || !Programs.All(program => File.Exists($"/usr/bin/{program}") || File.Exists($"/usr/sbin/{program}")))
        {
            Console.Error.WriteLine("long: slurm needs the superuser, and Debian's slurmctld, slurmd, slurm-client and munge.");
            return 2;
        }
        var folder = Directory.CreateTempSubdirectory("coursekit-slurm-").FullName;
        try
        {
            using var cluster = new Cluster(folder);
            return Run(folder, count, cluster);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Run(string folder, int count, Cluster cluster)
    {
        SmallAssignment.Teachers.Save(Path.Combine(folder, "tasks.ipynb"));
        for (var i = 1; i <= count; i++)
            SmallAssignment.WithBody((i % 5) switch { 0 => "return 6;", 1 => $"throw new Exception(\"number {i}\");", _ => $"return 2 * x; // {i}" }).Save(Path.Combine(folder, "class", $"student{i:000}.ipynb"));
        // On a busy machine a limit on time could stop an answer in one of the two only.
        string[] arguments = ["class", "--assignment", "tasks.ipynb", "--timeout", "600", "--total-timeout", "6000"];
        var watch = Stopwatch.StartNew();
        if (Command(folder, cluster.Environment, BuiltCourse.Program, ["grade", .. arguments, "--out", "one"]) is var (ended, said) && ended != 0)
            throw new InvalidOperationException(said);
        Console.WriteLine($"One run: {count} submissions in {watch.Elapsed.TotalSeconds:F0} s.");

        watch.Restart();
        var submitted = Command(folder, cluster.Environment, Path.Combine(BuiltCourse.Root, "classroom", "slurm", "grade.sbatch"), [$"{Shards}", .. arguments, "--out", "many"]);
        Console.WriteLine(submitted.Output.Trim());
        var (random, killed, requeued) = (new Random(1), 0, false);
        List<string> Jobs() => [.. Command(folder, cluster.Environment, "squeue", ["--noheader", "--array", "--format", "%i %T %r"]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        while (submitted.ExitCode == 0 && Jobs() is { Count: > 0 } jobs)
        {
            Thread.Sleep(1000);
            // Slurm begins a job that is put back after two minutes; here at once.
            foreach (var job in jobs.Where(job => job.EndsWith(" BeginTime", StringComparison.Ordinal)))
                Command(folder, cluster.Environment, "scontrol", ["update", $"JobId={job.Split(' ')[0]}", "StartTime=now"]);
            var done = Directory.Exists(Path.Combine(folder, "many", "grades")) ? Directory.GetFiles(Path.Combine(folder, "many", "grades"), "*.json").Length : 0;
            if (killed < Kills && done > count * (killed + 1) / (Kills + 2))
            {
                var graders = Process.GetProcessesByName("CourseKit.Cli").Where(process => CommandLine(process).Contains("\0many\0--shard", StringComparison.Ordinal)).ToList();
                if (graders.Count == 0)
                    continue;
                var victim = graders[random.Next(graders.Count)];
                Console.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s, {done} graded: kill -9 of {CommandLine(victim).Replace('\0', ' ')}");
                victim.Kill();
                killed++;
            }
            else if (!requeued && killed == Kills && jobs.FirstOrDefault(job => job.Contains(" RUNNING ", StringComparison.Ordinal)) is { } running)
            {
                Console.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s, {done} graded: scontrol requeue {running.Split(' ')[0]}");
                requeued = Command(folder, cluster.Environment, "scontrol", ["requeue", running.Split(' ')[0]]).ExitCode == 0;
            }
        }
        var outputs = Directory.GetFiles(folder, "slurm-*.out").Order(StringComparer.Ordinal).ToList();
        var lines = outputs.SelectMany(File.ReadLines).ToList();
        Console.WriteLine($"The array: {watch.Elapsed.TotalSeconds:F0} s. {killed} graders killed, {lines.Count(line => line.Contains("goes back into the queue", StringComparison.Ordinal))} put themselves back into the queue, {(requeued ? 1 : 0)} task was put back; "
            + $"{lines.Count(line => line.StartsWith('[') && !line.EndsWith(", graded before", StringComparison.Ordinal))} gradings for {count} submissions, {lines.Count(line => line.EndsWith(", graded before", StringComparison.Ordinal))} found graded.");
        var (one, many) = (Files(Path.Combine(folder, "one")), Files(Path.Combine(folder, "many")));
        var different = one.Except(many).Union(many.Except(one)).Select(file => file.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var name in different)
            Console.WriteLine($"{name} differs.");
        if (different.Count > 0 || many.Count == 0)
            Console.WriteLine(string.Join('\n', outputs.Select(file => $"{Path.GetFileName(file)}:\n{File.ReadAllText(file)}")));
        Console.WriteLine($"{different.Count} of {one.Count} files differ, grades.csv with {File.ReadLines(Path.Combine(folder, "one", "grades.csv")).Count()} lines among them.");
        return different.Count == 0 && killed == Kills && requeued ? 0 : 1;
    }

    private static List<(string Name, string Digest)> Files(string folder) => !Directory.Exists(folder) ? [] : [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => (Path.GetRelativePath(folder, file), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))))];

    private static string CommandLine(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return ""; // It has just ended.
        }
    }

    private static (int ExitCode, string Output) Command(string folder, Dictionary<string, string> environment, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    /// <summary>A cluster of this machine alone, on loopback, with all its files in one folder. It needs no systemd.</summary>
    private sealed class Cluster : IDisposable
    {
        private readonly List<Process> daemons = [];

        public Cluster(string folder)
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, "slurm")).FullName;
            string At(string name) => Path.Combine(own, name);
            foreach (var name in new[] { "state", "spool" })
                Directory.CreateDirectory(At(name));
            File.WriteAllBytes(At("munge.key"), RandomNumberGenerator.GetBytes(64));
            var host = System.Environment.MachineName;
            // The node claims two cores for each shard, so that all run at once.
            File.WriteAllText(At("slurm.conf"), $"""
                ClusterName=long
                SlurmctldHost={host}(127.0.0.1)
                SlurmctldPort=26817
                SlurmdPort=26818
                SlurmUser=root
                AuthType=auth/munge
                AuthInfo=socket={At("munge.socket")}
                ProctrackType=proctrack/linuxproc
                TaskPlugin=task/none
                SelectType=select/cons_tres
                SelectTypeParameters=CR_Core
                MpiDefault=none
                ReturnToService=2
                CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
                SlurmdParameters=config_overrides
                StateSaveLocation={At("state")}
                SlurmdSpoolDir={At("spool")}
                SlurmctldPidFile={At("slurmctld.pid")}
                SlurmdPidFile={At("slurmd.pid")}
                SlurmctldLogFile={At("slurmctld.log")}
                SlurmdLogFile={At("slurmd.log")}
                NodeName={host} NodeAddr=127.0.0.1 CPUs={2 * Shards} RealMemory=100000
                PartitionName=all Nodes={host} Default=YES

                """);
            Environment["SLURM_CONF"] = At("slurm.conf");
            Start("munged", "--foreground", "--force", $"--socket={At("munge.socket")}", $"--key-file={At("munge.key")}", $"--pid-file={At("munge.pid")}", $"--log-file={At("munge.log")}", $"--seed-file={At("munge.seed")}");
            Start("slurmctld", "-D");
            Start("slurmd", "-D");
        }

        public Dictionary<string, string> Environment { get; } = [];

        public void Dispose()
        {
            foreach (var daemon in Enumerable.Reverse(daemons))
            {
                daemon.Kill(entireProcessTree: true);
                daemon.WaitForExit();
            }
        }

        private void Start(string program, params string[] arguments)
        {
            var start = new ProcessStartInfo(Path.Combine("/usr/sbin", program), arguments) { RedirectStandardError = true };
            foreach (var (name, value) in Environment)
                start.Environment[name] = value;
            var process = Process.Start(start)!;
            process.BeginErrorReadLine();
            daemons.Add(process);
        }
    }
}
