#!/usr/bin/env python3
"""service_test.py PROGRAM: what a service that ends by troupe::run() says, and returns."""
import signal
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1)


class Service(unittest.TestCase):
    def begin(self, mood):
        started = subprocess.Popen(
            [PROGRAM, mood],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(started.kill)
        return started

    def read_until(self, service, line):
        for seen in service.stdout:
            if seen.rstrip() == line:
                return
        self.fail(f"it ended without having said {line}")

    def end(self, service):
        out, err = service.communicate(timeout=100)
        return out.splitlines(), err

    def test_a_signal_stops_it_in_reverse_order(self):
        for number in signal.SIGTERM, signal.SIGINT:
            service = self.begin("well")
            self.read_until(service, "start second")
            service.send_signal(number)
            out, err = self.end(service)
            self.assertEqual(out, ["stop second shutdown", "stop first shutdown", "code 0"])
            self.assertIn(f"signal {int(number)}: stopping", err)
            self.assertEqual(service.returncode, 0)

    def test_a_tree_that_gives_up_says_who_how_often_and_why(self):
        service = self.begin("fails")
        out, err = self.end(service)
        self.assertEqual(service.returncode, 1)
        self.assertEqual(out.count("start second"), 2)
        self.assertEqual(out[-1], "code 1")
        self.assertIn('child "second"', err)
        self.assertIn("more than 1 restart within 5 s", err)
        self.assertIn("disk full", err)
        self.assertIn("its last messages", err)

    def test_a_child_that_does_not_start(self):
        service = self.begin("refuses")
        out, err = self.end(service)
        self.assertEqual(service.returncode, 2)
        self.assertEqual(out, ["start first", "stop first shutdown", "code 2"])
        self.assertIn("second", err)
        self.assertIn("no port is free", err)

    def test_a_tree_that_cannot_be(self):
        service = self.begin("invalid")
        out, err = self.end(service)
        self.assertEqual(service.returncode, 2)
        self.assertEqual(out, ["code 2"])
        self.assertIn(".intensity is negative", err)

    def test_a_significant_child_that_is_done(self):
        service = self.begin("done")
        out, err = self.end(service)
        self.assertEqual(service.returncode, 0, err)
        self.assertEqual(out[-2:], ["stop first shutdown", "code 0"])

    def test_fault_51_a_child_that_does_not_stop(self):
        service = self.begin("stuck")
        self.read_until(service, "start second")
        service.send_signal(signal.SIGTERM)
        _, err = self.end(service)
        self.assertEqual(service.returncode, 3, err)
        self.assertIn("part", err)

    def test_fault_17_the_second_signal_ends_it_at_once(self):
        service = self.begin("stuck")
        self.read_until(service, "start second")
        service.send_signal(signal.SIGTERM)
        self.read_until(service, "stop second shutdown")
        service.send_signal(signal.SIGTERM)
        self.end(service)
        self.assertIn(service.returncode, (128 + signal.SIGTERM, 3))


if __name__ == "__main__":
    unittest.main()
