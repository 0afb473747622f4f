using System.Diagnostics;
using static System.FormattableString;

namespace CourseKit.Tests.Parsers;

/// <summary>A parser, and content for it that is nearly right.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Input">Makes the content; the same random numbers make the same.</param>
/// <param name="Reads">Reads it and uses what it has read. False if the content is refused as documented. It throws nothing.</param>
internal sealed record Parser(string Name, Func<Random, byte[]> Input, Func<byte[], bool> Reads);

/// <summary>What many inputs did to a parser.</summary>
/// <param name="Parser">What it reads.</param>
/// <param name="Inputs">How many there were.</param>
/// <param name="Refused">How many were refused as documented.</param>
/// <param name="Faults">What happened that must not: with the seed, so that it can be tried again.</param>
/// <param name="Slowest">The longest that one input took.</param>
/// <param name="SlowestSeed">Its seed.</param>
/// <param name="Memory">The most that one input allocated, as a part of what it may: ten times its length and 16 MB.</param>
internal sealed record Fuzzed(string Parser, int Inputs, int Refused, IReadOnlyList<string> Faults, TimeSpan Slowest, int SlowestSeed, double Memory)
{
    /// <summary>Gives a parser the inputs of so many seeds.</summary>
    public static Fuzzed Run(Parser parser, int count, int first)
    {
        var (refused, slowest, slowestSeed, memory, faults) = (0, TimeSpan.Zero, 0, 0.0, new List<string>());
        for (var seed = first; seed < first + count; seed++)
        {
            var input = parser.Input(new Random(seed));
            try
            {
                var (clock, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
                refused += parser.Reads(input) ? 0 : 1;
                var share = (GC.GetAllocatedBytesForCurrentThread() - before) / (10.0 * input.Length + (16 << 20));
                if (share > 1)
                    faults.Add(Invariant($"seed {seed}: {input.Length} bytes take {share:F1} times the memory that they may"));
                memory = Math.Max(memory, share);
                if (clock.Elapsed < slowest)
                    continue;
                // Once more: on a busy machine any input may take long.
                var once = clock.Elapsed;
                clock.Restart();
                parser.Reads(input);
                var took = clock.Elapsed < once ? clock.Elapsed : once;
                if (took > slowest)
                    (slowest, slowestSeed) = (took, seed);
            }
            catch (Exception error)
            {
                faults.Add($"seed {seed}: {error.GetType().Name}: {error.Message.Split('\n')[0]}");
            }
        }
        return new(parser.Name, count, refused, faults, slowest, slowestSeed, memory);
    }
}
